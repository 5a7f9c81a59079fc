import { expect } from 'chai'
import { breachOfLayers, importsOf, packageOf, targetOf } from '../../tidy/imports.js'
import { lex } from '../../tidy/lexer.js'

describe('the reading of imports in the tidy test', () => {
  it('finds every form of import with its line, and none in comments or strings', () => {
    const source = [
      "import { a } from './a.js'",
      "import type { B } from '@x/b/c'",
      "import 'side'",
      "export * from '../d.js'",
      "const e = await import('node:e')",
      "const f = require('f')",
      "// import 'g'",
      'const h = "import \'h\'"',
    ].join('\n')
    expect(importsOf(lex(source))).to.deep.equal([
      { line: 1, specifier: './a.js' },
      { line: 2, specifier: '@x/b/c' },
      { line: 3, specifier: 'side' },
      { line: 4, specifier: '../d.js' },
      { line: 5, specifier: 'node:e' },
      { line: 6, specifier: 'f' },
    ])
  })

  it('names the package of a specifier, and none for files and for Node', () => {
    expect(['zod', '@x/b/c', 'zod/mini'].map(packageOf)).to.deep.equal(['zod', '@x/b', 'zod'])
    expect(['./a.js', 'node:net'].map(packageOf)).to.deep.equal([undefined, undefined])
  })

  it('resolves a relative import to the source file', () => {
    expect(targetOf('runtime/fsm/a.ts', '../../ports/index.js')).to.equal('ports/index.ts')
    expect(targetOf('runtime/a.ts', 'zod')).to.equal(undefined)
  })

  it('allows imports down the layers through the index, and within a folder', () => {
    expect(breachOfLayers('runtime/a.ts', 'ports/index.ts')).to.equal(undefined)
    expect(breachOfLayers('discovery/a.ts', 'ports/index.ts')).to.equal(undefined)
    expect(breachOfLayers('apps/quorate/commands/run.ts', 'runtime/index.ts')).to.equal(undefined)
    expect(breachOfLayers('ports/security/a.ts', 'ports/frame.ts')).to.equal(undefined)
    expect(breachOfLayers('test/a.test.ts', 'ports/frame.ts')).to.equal(undefined)
  })

  it('refuses imports upwards, into the inside of a folder, between apps and out of the layers', () => {
    expect(breachOfLayers('ports/a.ts', 'discovery/index.ts')).to.contain('below')
    expect(breachOfLayers('groups/a.ts', 'runtime/index.ts')).to.contain('below')
    expect(breachOfLayers('runtime/a.ts', 'ports/frame.ts')).to.contain('ports/index.ts')
    expect(breachOfLayers('apps/averager/app.ts', 'apps/quorate/main.ts')).to.contain('another app')
    expect(breachOfLayers('runtime/a.ts', 'test/b.ts')).to.contain('may not')
  })
})
