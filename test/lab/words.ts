/**
 * What a member of the lab tells of itself. All moments are milliseconds of the monotonic clock that its host
 * has, which all namespaces of a machine share (unless it is faked).
 */
import type { Token } from './token.js'

export type Word =
  /** Its component has joined; `answers` is where its leader's questions go to, `address:port`. */
  | { readonly is: 'joined'; readonly atMs: number; readonly member: string; readonly answers: string }
  /** Whom it follows, by which ballot, of how many; told when any of it changes. */
  | ({ readonly is: 'view'; readonly atMs: number } & View)
  /**
   * It was allowed to act at both moments, and whenever it looked between them. Told again and again, of one
   * time under one lease with the same `sinceMs`.
   */
  | ({ readonly is: 'acting'; readonly sinceMs: number; readonly untilMs: number } & Token)
  /** The first message of that host's since the last mark. */
  | { readonly is: 'heard'; readonly atMs: number; readonly of: number; readonly mark: number }
  /** It got no time for so long: its machine is overloaded, or it was stopped. */
  | { readonly is: 'starved'; readonly atMs: number; readonly ms: number }
  | { readonly is: 'clock'; readonly atMs: number }
  /** It asks the group for nothing any more, and all that came of it is written down. */
  | { readonly is: 'asked'; readonly atMs: number; readonly tag: string }

export interface View extends Token {
  readonly leader: string | undefined
  readonly size: number
}

/**
 * What it is told: to tell what it hears from now on, or what its clock says; to ask the group for things, or
 * for no more.
 */
export type Order =
  | { readonly mark: number }
  | { readonly clock: true }
  | { readonly ask: Asked }
  | { readonly endAsking: string }

/** What a member asks for begins with the tag, and what came of it is written into the file. */
export interface Asked {
  readonly tag: string
  readonly file: string
  /** Of what it asks for, and when. */
  readonly seed: number
}

/** What a finder tells of its discovery. */
export type FinderWord =
  | { readonly is: 'begun'; readonly atMs: number }
  | { readonly is: 'found'; readonly atMs: number; readonly id: string }
  | { readonly is: 'ended' }

/** Begin under this id, or, without one, end. */
export interface FinderOrder {
  readonly begin?: string
}

/** What a talker tells of its ports. */
export type TalkerWord =
  /** It heard the first of that host's since the mark: a message, or the answer to what it asked after it. */
  | {
      readonly is: 'first'
      readonly by: TalkerPort
      readonly of: number
      readonly mark: number
      readonly atMs: number
    }
  | ({ readonly is: 'sum' } & TalkerSum)

export type TalkerPort = 'sub' | 'qry'

/** Of all since it began. */
export interface TalkerSum {
  /**
   * Messages that onGap told of; that the numbers show to be missing; of actors that were told to be
   * disconnected meanwhile; and that came twice or out of order.
   */
  readonly told: number
  readonly missed: number
  readonly apart: number
  readonly twice: number
  /** How many questions were answered, and rejected with each code. */
  readonly settled: Readonly<Record<string, number>>
}

/** Listen afresh; compute for so long, with a blocked event loop; or tell the sum. */
export type TalkerOrder = { readonly mark: number } | { readonly block: number } | { readonly sum: true }
