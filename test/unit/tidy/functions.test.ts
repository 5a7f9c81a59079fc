import { expect } from 'chai'
import { functionsIn } from '../../tidy/functions.js'
import { lex } from '../../tidy/lexer.js'

const lengths = (source: string) => functionsIn(lex(source).code).map(({ lines }) => lines)

describe('the measure of functions in the tidy test', () => {
  it('counts functions, methods, accessors and arrows with a body, inner ones first', () => {
    expect(lengths('function a() {\n  const b = () => {\n  }\n}')).to.deep.equal([2, 4])
    expect(
      lengths('class C {\n  get x(): number {\n    return 1\n  }\n  async y(a = f()) {\n  }\n}'),
    ).to.deep.equal([3, 2])
  })

  it('counts no block of a statement, class or literal', () => {
    expect(
      lengths('if (a(b)) {\n}\nfor (const x of y) {\n}\nwhile (f()) {\n}\ntry {\n} catch (e) {\n}'),
    ).to.deep.equal([])
    expect(
      lengths('const o = {\n  a: 1,\n}\ninterface I {\n  b: { c: number }\n}\nclass D extends E {\n}'),
    ).to.deep.equal([])
  })

  it('is not misled by a condition in the line before', () => {
    expect(lengths('if (a) b()\nfunction c(d) {\n}')).to.deep.equal([2])
  })

  it('does not join a function to the class after it', () => {
    expect(lengths('function a() {\n  return b(c)\n}\n\nclass D {\n  e = 1\n}')).to.deep.equal([3])
    expect(lengths('if (a) {\n  throw f(b)\n}\nclass D extends E {\n  e = 1\n}')).to.deep.equal([])
  })

  it('sees the body behind types with braces', () => {
    expect(lengths('function a(b: { c: number }): Promise<{ d: string }> {\n  e()\n}')).to.deep.equal([3])
  })

  it('leaves out the lines of describe blocks, and counts what is in them', () => {
    const suite = [
      'export function compliance(make: () => void) {',
      "  describe('it', () => {",
      "    it('x', () => {",
      '    })',
      '  })',
      '}',
    ].join('\n')
    expect(lengths(suite)).to.deep.equal([2, 2])
    const timed = ["describe('it', function () {", "  it('x', () => {", '  })', '})'].join('\n')
    expect(lengths(timed)).to.deep.equal([2])
  })
})
