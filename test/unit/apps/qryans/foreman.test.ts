/** The foreman by itself: the test is a worker that asks for jobs. */
import { expect } from 'chai'
import { Foreman } from '../../../../apps/qryans/foreman.js'
import { Free, Job } from '../../../../apps/qryans/messages.js'
import { PortError } from '../../../../ports/index.js'
import { type TestComponent, testComponent } from '../../../../testing/index.js'
import { rejectionOf } from '../../../rejection.js'

describe('the foreman', () => {
  let tested: TestComponent<Foreman>

  beforeEach(async () => {
    tested = await testComponent(Foreman, { period: 1000 })
  })
  afterEach(() => tested.close())

  it('keeps a worker waiting until there is a job, one for each step', async () => {
    const jobs = [tested.ask(Free, Job, {}), tested.ask(Free, Job, {})]
    await jobs[0]
    const firstMs = tested.network.now
    await jobs[1]
    expect(tested.network.now - firstMs).to.equal(1000)
    const words = (await Promise.all(jobs)).map(({ word }) => word)
    expect(words).to.deep.equal(['level', 'stressed'])
  })

  it('tells what a worker has done', async () => {
    await tested.ask(Free, Job, { done: 'desserts' })
    expect(tested.actor.log).to.deep.equal(['done: desserts'])
  })

  it('is asked in vain by a worker that waits less than a step, and has a job for the next', async () => {
    const error = await rejectionOf(tested.ask(Free, Job, {}, { timeout: 100 }))
    expect(error).to.be.instanceOf(PortError).with.property('code', 'timeout')
    expect(await tested.ask(Free, Job, {})).to.have.property('word')
  })
})
