import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { serverIn } from '../../../../../apps/quorate/top/server.js'

describe('a server that quorate top asks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-top-'))
  const file = join(folder, 'of,it')
  const here = { XDG_STATE_HOME: folder }

  before(() => {
    writeFileSync(file, 'from-a-file\n')
    mkdirSync(join(folder, 'quorate', 'agent'), { recursive: true })
    writeFileSync(join(folder, 'quorate', 'agent', 'token'), 'from-the-folder\n')
    writeFileSync(join(folder, 'bad'), 'two words\n')
  })
  after(() => rmSync(folder, { recursive: true }))

  it('is shown the token of its file, else that of the variable, else on this host its own', () => {
    const variable = { ...here, QUORATE_AGENT_TOKEN: 'from-the-variable' }
    const tokenOf = (given: string, environment: Record<string, string>) =>
      serverIn('agent', given, environment).token
    expect(tokenOf(`http://10.0.0.5:8001,${file}`, variable)).to.equal('from-a-file')
    expect(tokenOf('http://10.0.0.5:8001', variable)).to.equal('from-the-variable')
    expect(tokenOf('http://127.0.0.1:8001', variable)).to.equal('from-the-variable')
    expect(tokenOf('http://127.0.0.1:8001', here)).to.equal('from-the-folder')
    expect(tokenOf('http://localhost:8001', here)).to.equal('from-the-folder')
    // What is kept on this host is for nobody elsewhere.
    expect(tokenOf('http://10.0.0.5:8001', here)).to.equal(undefined)
    expect(serverIn('hub', 'http://127.0.0.1:8000', variable).token).to.equal(undefined)
  })

  it('has an address, and a token that can be sent', () => {
    expect(serverIn('agent', 'http://a:8001/x?y', {}).url).to.equal('http://a:8001')
    for (const given of [
      '',
      'nowhere',
      'ftp://a',
      `,${file}`,
      `http://a,${folder}/none`,
      `http://a,${folder}/bad`,
    ]) {
      expect(() => serverIn('hub', given, {}), given).to.throw(/--hub/)
    }
  })
})
