import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { commandLimits } from '../../../../../apps/quorate/limits.js'
import { parseSettings, readSettingsFile } from '../../../../../apps/quorate/settings/file.js'

function problemsOf(text: string): string[] {
  return parseSettings('q', text).problems.map(({ line, text }) => `${line}: ${text}`)
}

describe('a settings file', () => {
  it('gives values with their lines', () => {
    const text =
      '# of the lab\ninterface: eth0\n\ndiscovery:\n  static: [a:1, b:2]\ncount: 3 # each\njson: true\n'
    const { entries, problems } = parseSettings('q', text)
    expect(problems).to.deep.equal([])
    expect([...entries]).to.deep.equal([
      ['interface', { line: 2, given: 'eth0' }],
      ['discovery', { line: 4, given: { static: ['a:1', 'b:2'] } }],
      ['count', { line: 6, given: 3 }],
      ['json', { line: 7, given: true }],
    ])
  })

  it('may be empty, or a comment', () => {
    for (const text of ['', '\n', '# nothing yet\n', '{}', '---\n']) {
      const { entries, problems } = parseSettings('q', text)
      expect({ entries: entries.size, problems }, text).to.deep.equal({ entries: 0, problems: [] })
    }
  })

  it('has no key that is no setting: told with its line, and what there is', () => {
    const [problem = ''] = problemsOf('json: true\ninterfaces: eth0')
    expect(problem).to.match(
      /^2: there is no setting "interfaces"; there are interface, discovery, .*, json$/,
    )
    expect(problemsOf('log_level: info\nLOG-LEVEL: info\n7: 7\n[a]: 1')).to.deep.equal([
      '1: there is no setting "log_level"; write logLevel',
      '2: there is no setting "LOG-LEVEL"; write logLevel',
      ...problemsOf('\n\n7: 7'),
      ...problemsOf('\n\n\n[a]: 1'),
    ])
    for (const key of ['toString', '__proto__', 'constructor'])
      expect(problemsOf(`${key}: 1`)).to.have.length(1)
  })

  it('is YAML: what is none is told with its line', () => {
    expect(problemsOf('interface: eth0\ndiscovery: static:')).to.deep.equal([
      '2: a value that ends with a colon, or has one before a space, needs quotes: "static:"',
    ])
    expect(problemsOf('json: true\ncount: 1\njson: false')).to.deep.equal(['3: this setting is given twice'])
    expect(problemsOf('json: true\n---\ncount: 1')[0]).to.match(/^2: a settings file is one document; /)
    expect(problemsOf('- json')).to.deep.equal(['1: give one `setting: value` a line'])
    expect(problemsOf('eth0')).to.deep.equal(['1: give one `setting: value` a line'])
    for (const text of ['\tjson: true', 'json: "', 'json: !odd true', '{json: true', 'json: &a [*a']) {
      expect(problemsOf(text), text).not.to.deep.equal([])
    }
  })

  it('tells no more mistakes than it has room for', () => {
    const many = Array.from({ length: 500 }, (_, i) => `k${i}: 1`).join('\n')
    expect(problemsOf(many)).to.have.length(commandLimits.settingsProblems)
    expect(problemsOf('a: b: c\n'.repeat(500)).length).to.be.at.most(commandLimits.settingsProblems)
  })

  describe('on the disk', () => {
    let folder = ''
    const write = (text: string): string => {
      const path = join(folder, 'quorate.yaml')
      writeFileSync(path, text)
      return path
    }
    const problemOf = (path: string): string | undefined => readSettingsFile(path)?.problems[0]?.text

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'quorate-settings-'))
    })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    it('is read, or is not there', () => {
      expect(readSettingsFile(write('count: 2'))?.entries.get('count')?.given).to.equal(2)
      expect(readSettingsFile(join(folder, 'none.yaml'))).to.equal(undefined)
      expect(readSettingsFile(join(folder, 'quorate.yaml', 'below'))).to.equal(undefined)
    })

    it('is refused where it is a link to nothing: somebody meant one to be there', () => {
      const [path, target] = [join(folder, 'quorate.yaml'), join(folder, 'shared.yaml')]
      symlinkSync('shared.yaml', path)
      expect(problemOf(path)).to.equal('this is a link to shared.yaml, which is not there')
      writeFileSync(target, 'count: 2')
      expect(readSettingsFile(path)?.entries.get('count')?.given).to.equal(2)
    })

    it('is refused where it is no file, too large, or not to be read', () => {
      mkdirSync(join(folder, 'dir'))
      expect(problemOf(join(folder, 'dir'))).to.equal('this is no file')
      expect(problemOf(write('#'.repeat(commandLimits.settingsBytes + 1)))).to.match(
        /has \d+ bytes; .* 16384 at most/,
      )
      const path = write('count: 2')
      chmodSync(path, 0)
      if (process.getuid?.() !== 0) expect(problemOf(path)).to.match(/^cannot be read: /)
    })

    it('is refused, and ends no process, however deeply it is nested and however it refers to itself', () => {
      for (const unit of ['[', '{a: ', '- ', '? ', '&a [', '!!seq [', '"']) {
        const path = write(unit.repeat(Math.floor(commandLimits.settingsBytes / unit.length)))
        expect(problemOf(path), unit).to.be.a('string')
      }
      const bomb = ['app: &a0 [x, x, x, x, x, x, x, x, x, x]']
      for (let i = 1; i < 9; i++) bomb.push(`k${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`)
      expect(problemOf(write(`${bomb.join('\n')}\ncount: *a8`))).to.be.a('string')
      expect(problemOf(write('count: *nowhere'))).to.match(/nowhere/)
    })
  })
})
