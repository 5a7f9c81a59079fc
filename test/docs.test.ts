import { expect } from 'chai'
import { commands } from '../apps/quorate/completion/commands.js'
import { commandLimits } from '../apps/quorate/limits.js'
import { allSettings } from '../apps/quorate/settings/known.js'
import { bridgeErrors, bridgeLimits, commErrors, commLimits } from '../communicator/index.js'
import { sessionErrors, sessionLimits } from '../communicator/sessions/index.js'
import { agentErrors } from '../control/agent/errors.js'
import { agentLimits } from '../control/agent/limits.js'
import { bundleErrors, bundleLimits } from '../control/bundle/index.js'
import { fastapiLimits } from '../control/fastapi/limits.js'
import { fleetLimits } from '../control/fleet/limits.js'
import { hubErrors } from '../control/hub/errors.js'
import { hubLimits } from '../control/hub/limits.js'
import { journalLimits } from '../control/journal/limits.js'
import { metricsLimits } from '../control/metrics/limits.js'
import { nearbyLimits } from '../control/nearby/limits.js'
import { pageLimits } from '../control/page/limits.js'
import { relayErrors } from '../control/relay/errors.js'
import { relayLimits } from '../control/relay/limits.js'
import { rolloutErrors } from '../control/rollout/errors.js'
import { rolloutLimits } from '../control/rollout/limits.js'
import { rpcErrors } from '../control/rpc/errors.js'
import { rpcLimits } from '../control/rpc/limits.js'
import { agentClientErrors } from '../control/secure/errors.js'
import { secureLimits } from '../control/secure/limits.js'
import { supervisionLimits } from '../control/supervision/limits.js'
import { discoveryLimits } from '../discovery/index.js'
import { driverLimits, groupLimits, hostLimits, timings } from '../groups/index.js'
import { portLimits } from '../ports/index.js'
import { keyErrors } from '../ports/security/errors.js'
import { keyLimits } from '../ports/security/key-limits.js'
import { errorTable } from '../runtime/index.js'
import { runtimeLimits } from '../runtime/limits.js'
import { testingErrors, testingLimits } from '../testing/index.js'
import { packageJson, projectFiles, readProjectFile } from './project.js'

/** The rows of all tables of a page whose first cell is code. */
function rows(page: string): string[][] {
  return readProjectFile(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

function unquoted(cell = ''): string {
  return cell.replaceAll('`', '')
}

describe('the documents', () => {
  it('explain every error code, as the code has it', () => {
    const told = rows('docs/errors.md').map(([code, retry, when]) => [unquoted(code), retry === 'yes', when])
    const real = Object.entries({
      ...errorTable,
      ...keyErrors,
      ...rpcErrors,
      ...hubErrors,
      ...agentErrors,
      ...agentClientErrors,
      ...relayErrors,
      ...bundleErrors,
      ...rolloutErrors,
      ...testingErrors,
      ...commErrors,
      ...sessionErrors,
      ...bridgeErrors,
    }).map(([code, { when, retryable }]) => [code, retryable, when])
    expect(told).to.have.deep.members(real)
  })

  it('list every limit with its value', () => {
    const told = rows('docs/limits.md').map(([name, value]) => [unquoted(name), unquoted(value)])
    const real = Object.entries({
      ports: portLimits,
      security: keyLimits,
      discovery: discoveryLimits,
      groups: { ...groupLimits, ...hostLimits },
      driver: driverLimits,
      runtime: runtimeLimits,
      control: rpcLimits,
      hub: hubLimits,
      fleet: fleetLimits,
      fastapi: fastapiLimits,
      agent: agentLimits,
      relay: relayLimits,
      rollout: rolloutLimits,
      secure: secureLimits,
      nearby: nearbyLimits,
      metrics: metricsLimits,
      supervision: supervisionLimits,
      journal: journalLimits,
      page: pageLimits,
      bundle: bundleLimits,
      quorate: commandLimits,
      testing: testingLimits,
      communicator: commLimits,
      sessions: sessionLimits,
      bridge: bridgeLimits,
    }).flatMap(([folder, limits]) =>
      Object.entries(limits).map(([name, value]) => [`${folder}.${name}`, String(value)]),
    )
    expect(told).to.have.deep.members(real)
  })

  it('say which commands heed each setting', async () => {
    const told = rows('docs/guide.md').filter((cells) => cells[1]?.startsWith('`QUORATE_'))
    const real = new Map(allSettings.map(({ name, variable }) => [name, [variable]]))
    const names = Object.keys(commands)
    for (const [name, make] of Object.entries(commands)) {
      for (const { long } of name === 'config' ? [] : (await make()).options) {
        const setting = allSettings.find(({ flag }) => flag === long)
        // The hubs that it shows are not the one that actors obey.
        const isOther = name === 'top' && long === '--hub'
        if (setting && !isOther) real.get(setting.name)?.push(name)
      }
    }
    real.get('json')?.push('config')
    expect(told.map(([name]) => unquoted(name))).to.have.members([...real.keys()])
    for (const [name, variable, of = ''] of told) {
      const heeding = [...of.matchAll(/`(\w+)`/g)].map(([, word = '']) => word)
      const given = [unquoted(variable), ...heeding.filter((word) => names.includes(word))]
      expect(given, unquoted(name)).to.have.members(real.get(unquoted(name)) ?? [])
    }
  })

  it('name a test that is there for each guarantee', () => {
    const [, table = ''] = readProjectFile('README.md').split('## What is guaranteed')
    const cited = [...table.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path)
    expect(cited).to.have.length.above(20)
    expect(projectFiles('test')).to.include.members(cited)
  })

  it('state rules of groups of which each is the title of a test', () => {
    const rules = [...readProjectFile('docs/protocol.md').matchAll(/^- \*\*(G\w+\.\d+)\*\* (.+)$/gm)]
    expect(rules).to.have.length.above(100)
    const told = rules.map(([, id = '', text = '']) => `${id} ${text}`)
    const titles = projectFiles('test')
      .filter((path) => path.endsWith('.test.ts'))
      .flatMap((path) => [...readProjectFile(path).matchAll(/\bit\('(G\w+\.\d+ [^']+)'/g)])
    expect(titles.map(([, title]) => title)).to.have.members(told)
  })

  it('show the times of groups as they are', () => {
    const told = rows('docs/protocol.md').filter(([name]) => unquoted(name) in timings.lan)
    const real = Object.keys(timings.lan).map((name) => {
      const times = Object.values(timings).flatMap((each) => Object.entries(each))
      return [name, ...times.filter(([key]) => key === name).map(([, ms]) => String(ms))]
    })
    expect(told.map(([name, , ...cells]) => [unquoted(name), ...cells.slice(0, 4)])).to.deep.equal(real)
  })

  it('say when the first mDNS question is asked', () => {
    const { firstQuestionMs: wait, firstQuestionMaxMs: most, crowdQuestionMs, crowdRecords } = discoveryLimits
    const quiet = `${wait / 1000} s, lengthened by up to half at random, passed without news`
    const told = readProjectFile('docs/protocol.md').replace(/\s+/g, ' ')
    expect(told).to.contain(`${quiet}, in a crowd ${crowdQuestionMs / 1000} s, and ${most / 1000} s`)
    expect(told).to.contain(`in a crowd, of more than ${crowdRecords} that are known`)
  })

  it('call npx so that it asks nothing, and npm start for the app that it starts', () => {
    const pages = projectFiles().filter((path) => path.endsWith('.md') && !path.startsWith('docs/api/'))
    const lines = pages.flatMap((path) => readProjectFile(path).split('\n'))
    const installing = lines.filter((line) => /\bnpx\b.* --package\b/.test(line))
    expect(installing).not.to.have.length(0)
    expect(installing.filter((line) => !line.includes('npx --yes '))).to.deep.equal([])
    const started = / run (apps\/\w+)\/app\.ts/.exec(packageJson().scripts.start ?? '')?.[1]
    const starting = pages.filter(
      (path) => path.startsWith('apps/') && /^npm start\b/m.test(readProjectFile(path)),
    )
    expect(starting).to.deep.equal([`${started}/README.md`])
  })

  it('say of each dependency what it is for', () => {
    const told = rows('docs/dependencies.md').map(([name]) => unquoted(name))
    expect(told).to.have.members(Object.keys(packageJson().dependencies))
  })
})
