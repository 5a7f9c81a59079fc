/**
 * Those who have no business with an app: with which mechanism of ZeroMQ, and which key, each of them dials,
 * or listens. Their sockets are ZeroMQ's own, not the project's.
 */
import { type Holder, newCurveKeys } from '../../ports/security/index.js'
import { type AppKeys, strangersHolder } from './app-keys.js'

/** What a socket is made with. */
export interface Mechanism {
  readonly curveServer?: boolean
  readonly curveServerKey?: string
  readonly curvePublicKey?: string
  readonly curveSecretKey?: string
  readonly plainServer?: boolean
  readonly plainUsername?: string
  readonly plainPassword?: string
}

export interface Guest {
  readonly name: string
  /** What it shows and signs with where certificates are asked for; none for who has no key at all. */
  readonly holder: Holder | undefined
  /** To dial whoever holds this key. */
  dials(serverKey: string): Mechanism
  /** To listen where somebody else is expected. */
  readonly listens: Mechanism
}

/** One whom the app vouches for. @param holder its key; as an actor unless told. */
export function goodGuest(keys: AppKeys, holder = keys.holder(['actor'])): Guest {
  return { name: 'good key', holder, dials: (server) => dialling(holder, server), listens: listening(holder) }
}

/** Every kind of intruder, each with keys of its own. */
export function intruders(keys: AppKeys): readonly Guest[] {
  const withKey = (name: string, holder: Holder): Guest => ({ ...goodGuest(keys, holder), name })
  const good = keys.holder(['actor'])
  return [
    { name: 'no key', holder: undefined, dials: () => ({}), listens: {} },
    withKey('unknown key', strangersHolder(keys.app)),
    {
      ...goodGuest(keys, good),
      name: 'wrong server key',
      dials: () => dialling(good, newCurveKeys().publicKey),
    },
    {
      ...{ name: 'PLAIN', holder: undefined, listens: { plainServer: true } },
      dials: () => ({ plainUsername: 'admin', plainPassword: 'admin' }),
    },
    withKey('revoked key', keys.revoked),
    withKey('valid key as viewer', keys.holder(['viewer'])),
    withKey('valid key as operator', keys.holder(['operator'])),
    withKey('expired key', keys.expired()),
    withKey('key of another app', keys.holder(['actor'], 'neighbour')),
  ]
}

function dialling({ curve }: Holder, curveServerKey: string): Mechanism {
  return { curveServerKey, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }
}

function listening({ curve }: Holder): Mechanism {
  return { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }
}
