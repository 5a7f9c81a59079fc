import { expect } from 'chai'
import { runCommand } from '../../../apps/quorate/run-arguments.js'
import { actor, app } from '../../../runtime/app.js'
import { AppError } from '../../../runtime/errors.js'
import { boolean, number, type ParamSet, resolveParams, string } from '../../../runtime/params.js'

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

/** Declares an actor with these parameters; gives what it was refused with. */
function complaintOf(params: ParamSet): string {
  try {
    app('lab', { actors: { A: actor({ params, components: () => ({}) }) } })
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}

describe('the names of parameters', () => {
  it('are those that an option can have', () => {
    for (const name of ['Ts', 'x', 'peak-load', 'a_1-b2', 'note', 'noise', 'h']) {
      expect(complaintOf({ [name]: number(1) }), name).to.equal('none')
    }
    const long = 'x'.repeat(64)
    for (const name of [
      '',
      ' ',
      'a b',
      '-x',
      '--x',
      'a-',
      'a--b',
      '1st',
      'a=b',
      'a,b',
      'ä',
      '__proto__x',
      long,
    ]) {
      expect(complaintOf({ [name]: number(1) }), name).to.match(
        /^bad-app: .* no name for an option --name; give/,
      )
    }
  })

  it('do not read as a denial, and are no member of every object', () => {
    expect(complaintOf({ 'no-color': boolean(false) })).to.match(/^bad-app: .*"not color"; rename it$/)
    expect(complaintOf({ toString: string('') })).to.match(/^bad-app: .*which every object has; rename it$/)
  })

  it('are no option of quorate run, in either spelling', () => {
    const named = runCommand().options.filter((option) => !option.negate)
    const own = named.flatMap((option) => [option.name(), option.attributeName()])
    expect(own).to.include.members(['json', 'count', 'discovery', 'interface', 'log-level', 'logLevel'])
    for (const name of ['help', ...own]) {
      expect(complaintOf({ [name]: string('') }), name).to.equal(
        `bad-app: an actor has a parameter ${name}, which is an option of quorate run; rename it`,
      )
    }
  })

  it('differ on the command line, over all actors of an app', () => {
    const one = actor({ params: { 'peak-load': number(1), same: number(1) }, components: () => ({}) })
    const two = actor({ params: { peakLoad: number(1), same: string('') }, components: () => ({}) })
    expect(() => app('lab', { actors: { one, two } })).to.throw(
      AppError,
      'peak-load and peakLoad are one parameter on the command line; rename one',
    )
  })

  it('stand before a type', () => {
    const untyped = JSON.parse('[{ "Ts": 100 }, { "Ts": null }, { "Ts": { "type": "object" } }]')
    for (const params of untyped) {
      expect(complaintOf(params)).to.match(/^bad-app: the parameter Ts of an actor has no type; write: Ts: /)
    }
  })
})

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
