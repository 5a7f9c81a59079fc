import { expect } from 'chai'
import type { Draft } from '../../../../../apps/quorate/new/draft.js'
import { filesOf } from '../../../../../apps/quorate/new/files.js'
import { ownPackage, specOf } from '../../../../../apps/quorate/new/own-package.js'
import { PACKAGES } from '../../../../../apps/quorate/new/package-template.js'
import { projectRoot } from '../../../../project.js'

const draft: Draft = { name: 'cell', language: 'ts', quorate: '^1.2.3', versions: { zod: '^4' } }

describe('the files of a new app', () => {
  it('are a package, its sources and a test, in one language or the other', () => {
    expect([...filesOf(draft).keys()]).to.have.members([
      ...['package.json', 'tsconfig.json', '.gitignore', 'README.md'],
      ...['app.ts', 'messages.ts', 'sensor.ts', 'monitor.ts', 'test/app.test.ts'],
    ])
    expect([...filesOf({ ...draft, language: 'js' }).keys()]).to.have.members([
      ...['package.json', '.gitignore', 'README.md'],
      ...['app.js', 'messages.js', 'sensor.js', 'monitor.js', 'test/app.test.js'],
    ])
  })

  it('have no line that is too long, and end with one', () => {
    for (const language of ['ts', 'js'] as const) {
      for (const [path, text] of filesOf({ ...draft, language })) {
        expect(text.endsWith('\n') && !text.endsWith('\n\n'), path).to.equal(true)
        expect(Math.max(...text.split('\n').map(({ length }) => length)), path).to.be.at.most(110)
      }
    }
  })

  it('name the app and the packages that it needs', () => {
    const files = filesOf(draft)
    expect(files.get('app.ts')).to.contain("app('cell', {")
    const { name, dependencies } = JSON.parse(files.get('package.json') ?? '')
    expect({ name, dependencies }).to.deep.equal({
      name: 'cell',
      dependencies: { quorate: '^1.2.3', zod: '^4' },
    })
  })

  it('take the versions of packages from this one', async () => {
    const { versions } = await ownPackage()
    const wanted = Object.values(PACKAGES).flatMap((each) => [...each.dependencies, ...each.devDependencies])
    for (const name of wanted) expect(versions, name).to.have.property(name)
  })

  it('lead to this very quorate: the checkout, or the version that npm has from a registry', async () => {
    const own = await ownPackage()
    expect(own.folder).to.equal(projectRoot)
    expect(await specOf(own, `${projectRoot}/../cell`)).to.match(/^file:\.\.\/[^/]+$/)
    expect(await specOf({ ...own, folder: '/nowhere/node_modules/quorate' }, '/cell')).to.equal(
      `^${own.version}`,
    )
  })
})
