import { expect } from 'chai'
import fc from 'fast-check'
import { type Needing, placeSeen, placesOf } from '../../../../../apps/quorate/bundle/places.js'

type Graph = Readonly<Record<string, Readonly<Record<string, string>>>>

function placed(starts: Graph, packages: Graph): Record<string, string> {
  const needing = (needs: Readonly<Record<string, string>>): Needing => ({
    needs: new Map(Object.entries(needs)),
  })
  const all = Object.entries(starts).map(([at, needs]) => ({ at, ...needing(needs) }))
  const there = new Map(Object.entries(packages).map(([folder, needs]) => [folder, needing(needs)]))
  return Object.fromEntries(placesOf(all, there))
}

describe('the places of packages in a bundle', () => {
  it('are high, and beside whoever needs another version', () => {
    const packages = { a1: { b: 'b1', c: 'c1' }, b1: { c: 'c2' }, b2: {}, c1: {}, c2: { b: 'b2' } }
    expect(placed({ '': { a: 'a1', b: 'b2' } }, packages)).to.deep.equal({
      'node_modules/a': 'a1',
      'node_modules/a/node_modules/b': 'b1',
      'node_modules/a/node_modules/b/node_modules/c': 'c2',
      'node_modules/b': 'b2',
      'node_modules/c': 'c1',
      'node_modules/a/node_modules/b/node_modules/c/node_modules/b': 'b2',
    })
  })

  it('suit each folder of a workspace', () => {
    const starts = { 'apps/x': { a: 'a1' }, '': { a: 'a2' }, 'lib/y': { a: 'a2', b: 'b1' } }
    expect(placed(starts, { a1: {}, a2: {}, b1: {} })).to.deep.equal({
      'node_modules/a': 'a2',
      'apps/x/node_modules/a': 'a1',
      'node_modules/b': 'b1',
    })
  })

  it('are few where packages need each other', () => {
    expect(placed({ '': { a: 'a' } }, { a: { b: 'b' }, b: { a: 'a' } })).to.deep.equal({
      'node_modules/a': 'a',
      'node_modules/b': 'b',
    })
  })

  it('are refused where there is no end of them', () => {
    const packages = { a1: { b: 'b2' }, b1: { a: 'a1' }, a2: { b: 'b1' }, b2: { a: 'a2' } }
    expect(() => placed({ '': { a: 'a1', b: 'b1' } }, packages)).to.throw(/without end/)
  })

  it('lead everybody to what it needs', () => {
    const names = ['a', 'b', 'c', 'd']
    const folders = names.flatMap((name) => [`${name}1`, `${name}2`])
    const needs = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('1', '2'), { maxKeys: 4 })
    const versions = needs.map((each) => Object.fromEntries(Object.entries(each).map(([n, v]) => [n, n + v])))
    // None needs one of a name before its own: two that need each other in two versions have no end.
    const later = (key: string, each: Readonly<Record<string, string>>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(each).filter(([name]) => !/^[a-d]\d$/.test(key) || name > key.slice(0, 1)),
      )
    const graph = (keys: readonly string[]) =>
      fc.record(Object.fromEntries(keys.map((key) => [key, versions])))
    fc.assert(
      fc.property(graph(['', 'x', 'x/y', 'z']), graph(folders), (starts, packages) => {
        const ordered = Object.fromEntries(
          Object.entries(packages).map(([key, each]) => [key, later(key, each)]),
        )
        const there = new Map(Object.entries(placed(starts, ordered)))
        const all = [
          ...Object.entries(starts),
          ...[...there].map(([at, of]) => [at, ordered[of] ?? {}] as const),
        ]
        for (const [at, wanted] of all) {
          for (const [name, folder] of Object.entries(wanted)) {
            expect(there.get(placeSeen(there, at, name) ?? ''), `${name} from ${at}`).to.equal(folder)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
