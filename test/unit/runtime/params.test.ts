import { expect } from 'chai'
import { AppError } from '../../../runtime/errors.js'
import { boolean, number, resolveParams, string } from '../../../runtime/params.js'

const params = { Ts: number(100), name: string(), fast: boolean(false) }

function refusalOf(given: Record<string, unknown>): AppError {
  try {
    resolveParams(params, given, 'actor A')
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('was not refused')
}

describe('the parameters of an actor', () => {
  it('take what is given, and else their default', () => {
    expect(resolveParams(params, { name: 'x' }, 'actor A')).to.deep.equal({ Ts: 100, name: 'x', fast: false })
    expect(resolveParams(params, { name: 'x', Ts: 5, fast: true }, 'actor A')).to.deep.equal({
      Ts: 5,
      name: 'x',
      fast: true,
    })
  })

  it('convert texts, and false stays false', () => {
    const given = { name: '12', Ts: '2.5', fast: 'false' }
    expect(resolveParams(params, given, 'actor A')).to.deep.equal({ Ts: 2.5, name: '12', fast: false })
  })

  it('are refused when one is missing, and the text says how to give it', () => {
    const error = refusalOf({})
    expect(error.code).to.equal('bad-parameter')
    expect(error.message).to.contain('"name"').and.to.contain('--name <string>')
  })

  it('are refused when one is unknown, and the text lists those there are', () => {
    expect(refusalOf({ name: 'x', ts: 1 }).message)
      .to.contain('"ts"')
      .and.to.contain('--Ts, --name, --fast')
  })

  for (const [given, wanted] of [
    [{ name: 'x', Ts: 'soon' }, 'a number'],
    [{ name: 'x', Ts: '' }, 'a number'],
    [{ name: 'x', Ts: Number.NaN }, 'a number'],
    [{ name: 'x', Ts: true }, 'a number'],
    [{ name: 7 }, 'a string'],
    [{ name: 'x', fast: 'yes' }, 'true or false'],
    [{ name: 'x', fast: 1 }, 'true or false'],
  ] as const) {
    it(`are refused as ${JSON.stringify(given)}, wanting ${wanted}`, () => {
      expect(refusalOf(given).message).to.contain(`give ${wanted}`)
    })
  }

  it('named as members of every object are not found there', () => {
    expect(() => resolveParams({}, { toString: 'x' }, 'actor A')).to.throw(AppError, 'no parameter')
  })
})
