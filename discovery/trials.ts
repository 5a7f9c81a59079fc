/**
 * The second connections that a `CutWatch` tries to a directory: by the way that it was welcomed by and with
 * the same key, so that who answers is who was there.
 */
import type { DealerSocket, Sockets } from '../ports/index.js'
import { CutWatch, type Trial } from './cut-watch.js'
import type { DirectoryDialler, DirectoryPlace } from './directory-dialler.js'
import { discoveryLimits } from './limits.js'

export interface TrialOptions {
  readonly sockets: Sockets
  readonly dialler: DirectoryDialler
  /** Where it was welcomed. */
  place(): DirectoryPlace | undefined
  /** Listens to a socket that may take the place of the one that stands. */
  listen(socket: DealerSocket): void
  /** The way was cut and is whole again; with the socket that showed it, which is the caller's now. */
  healed(silentMs: number, by: DealerSocket | undefined): void
}

export function watchForCuts({ sockets, dialler, place, listen, healed }: TrialOptions): CutWatch {
  const dialled = new Map<Trial, DealerSocket>()
  const cuts: CutWatch = new CutWatch({
    dial: () => {
      const there = dialler.isNear ? undefined : place()
      const socket = there && dialler.socket(there.peerKey)
      if (!socket) return undefined
      const trial: Trial = {
        end: () => {
          dialled.delete(trial)
          sockets.close(socket)
        },
      }
      dialled.set(trial, socket)
      socket.events.on('connect:retry', () => cuts.failed(trial))
      socket.events.on('connect', () => cuts.through(trial, performance.now()))
      socket.events.on('handshake', () => cuts.greeted(trial, performance.now()))
      listen(socket)
      dialler.connect(socket, there, discoveryLimits.trialMs)
      return trial
    },
    healed: (silentMs, trial) => {
      const socket = trial && dialled.get(trial)
      if (trial) dialled.delete(trial)
      healed(silentMs, socket)
    },
  })
  return cuts
}
