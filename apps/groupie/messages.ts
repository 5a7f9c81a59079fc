/** The groups that a script can join, and what is sent in them. */
import { group, message } from 'quorate'
import { z } from 'zod'

/** The n-th of its kind that its sender sent. */
export const Word = message('Word', z.object({ n: z.number().int() }))

/** Two elect a leader; up to three members, further ones observe. */
export const Pair = group({ quorum: 2, using: Word })

/** Three elect a leader; up to five members. */
export const Trio = group({ quorum: 3, using: Word })

/** Without a leader. */
export const Crowd = group({ using: Word })
