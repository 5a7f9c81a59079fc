/** A process with three members of a group, each with a thread, that ends in the way it is told to. */
import { setTimeout as pause } from 'node:timers/promises'
import { threadLink } from '../../../../../groups/driver/index.js'
import { createLeaseCell } from '../../../../../groups/host/index.js'
import { openIoChannel } from '../../../../../runtime/io/io-thread.js'
import { introduce, TestMember } from '../members.js'

const EXIT_CODE = 7
const way = process.argv[2]

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(2)
}

async function main(): Promise<void> {
  const members = [1, 2, 3].map(() => new TestMember({ open: threadLink(openIoChannel), quorum: 2 }))
  if (way === 'exits at once') process.exit(EXIT_CODE)
  await until(() => members.every(({ peer }) => peer))
  introduce(members)
  await until(() => members.every(({ connected, leader }) => connected.length === 2 && leader))
  if (way === 'exits under load') {
    for (let i = 0; i < 300; i++) for (const member of members) member.say('all', 'x'.repeat(5000))
    await pause(1)
  }
  if (way === 'throws') throw new Error('thrown')
  if (way === 'waits to be killed') {
    process.send?.('ready')
    await pause(60_000)
  }
  if (way === 'has a thread that throws') await killThread(members)
  if (way === 'closes') for (const { link } of members) link.close()
  if (way === 'exits' || way === 'exits under load') process.exit(EXIT_CODE)
  process.exitCode = EXIT_CODE
}

/** Something that no component says. */
async function killThread(members: readonly TestMember[]): Promise<void> {
  const leader = members.find(({ leads }) => leads) ?? members[0]
  const options = { ...JSON.parse('{ "id": "" }'), lease: createLeaseCell() }
  leader?.link.send({ do: 'join', member: 2, options })
  await until(() => leader?.told('failed').some(({ member }) => member === 1) === true)
  const [failed] = leader?.told('failed') ?? []
  process.send?.(`${failed?.code}, ${leader?.leads ? 'leads' : 'leads no more'}`)
}

void main()
