/** The errors of groups, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, portErrors, QuorateError } from '../ports/index.js'

export const groupErrors = {
  'bad-timing': { when: 'The times of a group break one of the rules between them.', retryable: false },
  'bad-quorum': { when: 'The quorum of a group is no number of members that can lead it.', retryable: false },
  'unknown-group': { when: 'A component joins a group whose type its app does not name.', retryable: false },
  'bad-instance': { when: 'The instance of a group that is joined has no proper name.', retryable: false },
  'different-parameters': {
    when: 'Two members have other parameters, or messages, for one group.',
    retryable: false,
  },
  'no-seats': {
    when: 'A group is joined on a network, and nobody said which of its seats this host has.',
    retryable: false,
  },
  'cannot-join': { when: 'The sockets of a member of a group could not be opened.', retryable: true },
  left: { when: 'A group was used after its component left it, or meanwhile.', retryable: false },
  'no-leader': { when: 'The group has no leader at the moment.', retryable: true },
  'not-leader': { when: 'A call that only the leader may make.', retryable: true },
  'not-member': { when: 'A message for one that takes no part in the group.', retryable: false },
  // They mean the same as of a port.
  again: portErrors.again,
  'too-large': portErrors['too-large'],
  full: { when: 'The shared values of a group have reached their bound.', retryable: false },
  'unknown-outcome': {
    when: 'The group lost its quorum, or took too long: whether it took place, nobody knows here.',
    retryable: false,
  },
  'unknown-poll': { when: 'A vote on a poll that this member was not asked about.', retryable: false },
  'poll-closed': { when: 'A vote on a poll that has ended.', retryable: false },
  voted: { when: 'A second vote of a member on one poll.', retryable: false },
  'action-past': {
    when: 'An action is to be agreed for a moment that has passed, or is of a clock that another replaced.',
    retryable: false,
  },
  'no-clock': {
    when:
      'The group clock was read while it is not known: before the first leader, or after the machine ' +
      'stood still.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of GroupError; docs/errors.md explains them. */
export type GroupErrorCode = keyof typeof groupErrors

/** A group cannot do what it was asked. */
export class GroupError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: GroupErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, groupErrors[code].retryable, options)
  }
}
