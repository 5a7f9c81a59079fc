import { expect } from 'chai'
import { lex } from '../../tidy/lexer.js'

const code = (source: string) => lex(source).code.replace(/ +/g, ' ').trim()
const comments = (source: string) => lex(source).comments.replace(/ +/g, ' ').trim()

describe('the lexer of the tidy test', () => {
  it('keeps length and line breaks in every result', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text for the lexer
    const source = "const a = 'x' // one\n/* two\nthree */ const b = `y\n${a}z`\n"
    const { code, comments, withStrings } = lex(source)
    for (const text of [code, comments, withStrings]) {
      expect(text).to.have.lengthOf(source.length)
      expect(text.split('\n')).to.have.lengthOf(source.split('\n').length)
    }
  })

  it('takes quotes in comments and comments in quotes for what they stand in', () => {
    expect(code("a() // it's\nb('// no', \"/* no\")")).to.equal('a() \nb( , )')
    expect(comments("a('// no') // it's")).to.equal("// it's")
  })

  it('follows a template into its expressions and back', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text for the lexer
    const nested = 'f(`a ${ g({ b: `c ${d}` }) } e`) + h'
    expect(code(nested)).to.equal('f( g({ b: d }) ) + h')
  })

  it('tells a regular expression from a division', () => {
    expect(code('x = a / b; y = s.match(/[\'"/]/g); z = c / 2 // end')).to.equal(
      'x = a / b; y = s.match( ); z = c / 2',
    )
    expect(code("return /'[/']/.test(t) ? 1 : 2")).to.equal('return .test(t) ? 1 : 2')
    expect(code("n = 'a'.length / 2 + '/'")).to.equal('n = .length / 2 +')
  })

  it('ends a comment at its first end, and one without an end at the end of the file', () => {
    expect(code('a /*/ b */ c')).to.equal('a c')
    expect(code('a /* b')).to.equal('a')
  })
})
