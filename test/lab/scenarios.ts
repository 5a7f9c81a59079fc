/**
 * The scenarios of the lab. In all of them: no two act at one time, tokens only grow, the store takes nothing
 * of an old leader; when all is healed one leads, and a member that comes back causes no election.
 */
import { faketimeLibrary } from './faked-clock.js'
import { quotaMissing } from './quota.js'
import type { Scenario } from './scenario.js'
import {
  cut,
  cutFrom,
  flap,
  heal,
  kill,
  moveAddress,
  pause,
  quota,
  reject,
  resetAnswers,
  ring,
  setWallClock,
  spoil,
  stop,
  untilAnotherActs,
} from './steps.js'

const faketimeMissing = (): string | undefined => (faketimeLibrary() ? undefined : 'needs libfaketime')

const splits: readonly Scenario[] = [
  {
    name: 'the leader is cut off',
    steps: [cut('leader', 'others'), untilAnotherActs(), pause(500), heal()],
    expect: { leader: 'another' },
    trials: [3, 30],
  },
  {
    name: 'the leader is not heard',
    steps: [cutFrom('leader', 'others'), untilAnotherActs(), pause(500), heal()],
    expect: { leader: 'another' },
    trials: [2, 30],
  },
  {
    name: 'the leader hears nobody',
    steps: [cutFrom('others', 'leader'), untilAnotherActs(), pause(500), heal()],
    expect: { leader: 'another' },
    trials: [2, 30],
  },
  {
    name: 'the leader is in a minority',
    steps: [cut('few', 'many'), untilAnotherActs(), pause(500), heal()],
    expect: { leader: 'another' },
    trials: [2, 30],
  },
  {
    name: 'a minority is cut off and comes back',
    steps: [cut('pair', 'rest'), pause(1500), heal()],
    expect: { leader: 'the same' },
    trials: [2, 30],
  },
  {
    name: 'a minority is cut off for long',
    steps: [cut('pair', 'rest'), pause(5000), heal()],
    expect: { leader: 'the same' },
    trials: [1, 15],
  },
  {
    name: 'two sides have one member in common',
    steps: [
      cut('leader', 'two'),
      cut('leader', 'three'),
      cut('one', 'two'),
      cut('one', 'three'),
      pause(2500),
      heal(),
    ],
    expect: {},
    trials: [2, 30],
  },
  { name: 'all stand in a ring', steps: [ring(), pause(2500), heal()], expect: {}, trials: [1, 20] },
  {
    name: 'the leader comes and goes',
    steps: [flap('leader', 'others', 8, 200), heal()],
    expect: {},
    trials: [1, 20],
  },
]

const processes: readonly Scenario[] = [
  {
    name: 'the leader is stopped, and goes on',
    steps: [stop('leader'), untilAnotherActs(), pause(100, 1000), heal()],
    expect: { leader: 'another', staleActions: true },
    trials: [3, 60],
  },
  {
    name: 'the leader is stopped for a while',
    steps: [stop('leader'), pause(200, 10_000), heal()],
    expect: { staleActions: true },
    trials: [1, 40],
  },
  {
    name: 'the leader is killed, and comes back',
    steps: [kill('leader'), untilAnotherActs(), heal()],
    expect: { leader: 'another', reconnects: false },
    trials: [2, 40],
  },
  {
    name: 'the leader gets little of a CPU',
    steps: [quota('leader', 0.1), pause(3000), heal()],
    expect: { mayElect: true },
    trials: [1, 15],
    missing: quotaMissing,
  },
]

const links: readonly Scenario[] = [
  ...([0.05, 0.3] as const).map(
    (loss): Scenario => ({
      name: `${loss * 100} % of all is lost`,
      steps: [spoil({ loss }), pause(3000), heal()],
      expect: { mayElect: true, reconnects: false },
      trials: [1, 12],
    }),
  ),
  {
    name: 'all is late, some of it twice and out of order',
    steps: [spoil({ delayMs: 30, jitterMs: 20, duplicate: 0.1, reorder: 0.1 }), pause(3000), heal()],
    expect: {},
    trials: [1, 12],
  },
  {
    name: 'the leader is far away, and then cut off',
    steps: [
      spoil({ delayMs: 100, jitterMs: 50 }, 'leader'),
      pause(500),
      cut('leader', 'others'),
      untilAnotherActs(),
      heal(),
    ],
    // The cut is short, and what is left of the distance is how long TCP waits.
    expect: { leader: 'another', roundTripMs: 200 },
    trials: [1, 15],
  },
]

const walls: readonly Scenario[] = [
  {
    name: "a firewall resets the leader's answer port",
    steps: [resetAnswers('leader'), pause(3000), heal()],
    expect: {},
    trials: [1, 15],
  },
  {
    name: 'a firewall rejects the host of the leader',
    steps: [reject('leader'), untilAnotherActs(), pause(500), heal()],
    expect: { leader: 'another' },
    trials: [1, 15],
  },
  {
    name: "the leader's address moves to another member's host",
    steps: [moveAddress('leader', 'one'), pause(3000), heal()],
    expect: { reconnects: false, mayElect: true },
    trials: [1, 10],
  },
  {
    name: "the leader's address moves to an observer's host",
    steps: [moveAddress('leader', 'observer'), untilAnotherActs(), heal()],
    expect: { reconnects: false, mayElect: true },
    trials: [1, 10],
  },
]

const settable = { settable: true }
const clocks: readonly Scenario[] = [
  ...([60, -60] as const).map(
    (seconds): Scenario => ({
      name: `the others' wall clocks are set ${seconds} s`,
      steps: [setWallClock('others', seconds), pause(1500), heal()],
      expect: { leader: 'the same', electionsMost: 0 },
      trials: [1, 7],
      lab: settable,
      missing: faketimeMissing,
    }),
  ),
  ...([60, -60] as const).map(
    (seconds): Scenario => ({
      name: `the leader's wall clock is set ${seconds} s`,
      steps: [setWallClock('leader', seconds), pause(1500), heal()],
      // Its machine may have been suspended (G8.1): it acts no more until it is elected again, and once more
      // when the clock is set back, where it was.
      expect: { mayElect: true, electionsMost: 2 },
      trials: [1, 7],
      lab: settable,
      missing: faketimeMissing,
    }),
  ),
  {
    name: "the others' wall clocks are set, and the leader is cut off",
    steps: [setWallClock('others', -60), cut('leader', 'others'), untilAnotherActs(), heal()],
    expect: { leader: 'another', mayElect: true },
    trials: [1, 7],
    lab: settable,
    missing: faketimeMissing,
  },
  {
    name: 'clocks run 5 % fast and slow, and the leader is cut off',
    steps: [cut('leader', 'others'), untilAnotherActs(), heal()],
    expect: { leader: 'another' },
    trials: [2, 15],
    lab: { rates: { 1: 1.05, 2: 0.95, 3: 1.05, 4: 0.95 } },
    missing: faketimeMissing,
  },
]

export const scenarios: readonly Scenario[] = [...splits, ...processes, ...links, ...walls, ...clocks]
