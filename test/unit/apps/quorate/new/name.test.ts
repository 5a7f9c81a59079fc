import { expect } from 'chai'
import { nameOfFolder } from '../../../../../apps/quorate/new/name.js'
import { actor, app, Component } from '../../../../../runtime/index.js'

describe('the name of a new app', () => {
  const names: readonly [folder: string, name: string][] = [
    ['cell', 'cell'],
    ['a/b/cell/', 'cell'],
    ['./My Cell (2)', 'my-cell-2'],
    ['Größe_1', 'gro-e_1'],
    ['2nd.try', 'nd-try'],
    ['--', 'app'],
    ['电池', 'app'],
    ['quorate', 'quorate-app'],
    ['Mocha', 'mocha-app'],
    ['x'.repeat(200), 'x'.repeat(50)],
  ]

  it('is that of the folder, as far as an app can have it', () => {
    for (const [folder, name] of names) expect(nameOfFolder(folder)).to.equal(name)
  })

  it('is one that apps and packages may have', () => {
    const A = actor({ components: () => ({ c: class extends Component {} }) })
    for (const [folder] of names) {
      const name = nameOfFolder(folder)
      expect(app(name, { actors: { A } }).name).to.equal(name)
      expect(name).to.match(/^[a-z][a-z0-9_-]*$/)
    }
  })
})
