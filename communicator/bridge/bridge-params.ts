/** How a bridge is told where its other end is: parameters of its actor, or variables of its environment. */
import { AppError, type Param, string } from '../../runtime/index.js'

/** What an end of a bridge is told, each '' unless told. */
export interface BridgeSettings {
  /** Its own name as an endpoint; `<app>.<actor>` unless told. */
  readonly name: string
  /** The name of the other end. */
  readonly peer: string
  /** The URL that it dials: `stcp://gate.example:8020`. */
  readonly dial: string
  /** The URL at which it listens: `stcp://0:8020`. It listens or dials. */
  readonly listen: string
  /** Path of the certificates to believe, as PEM. */
  readonly ca: string
  /** As `ca`: its own certificate. */
  readonly cert: string
  /** As `ca`: the key of that. */
  readonly key: string
}

const HELP: Readonly<Record<keyof BridgeSettings, string>> = {
  name: 'name of this end of the bridge; <app>.<actor> unless told',
  peer: 'name of the other end',
  dial: 'URL at which the other end listens, as stcp://gate.example:8020',
  listen: 'URL at which this end listens, as stcp://0:8020',
  ca: 'file of the certificates that it believes (PEM)',
  cert: 'file of its own certificate (PEM)',
  key: 'file of the key of that (PEM)',
}

/** What the command line says counts first, then the environment, then the code. */
export function bridgeParams(given: Partial<BridgeSettings>): Record<keyof BridgeSettings, Param<string>> {
  const param = (name: keyof BridgeSettings) => {
    return string(process.env[`QUORATE_BRIDGE_${name.toUpperCase()}`] ?? given[name] ?? '', HELP[name])
  }
  return {
    ...{ name: param('name'), peer: param('peer'), dial: param('dial'), listen: param('listen') },
    ...{ ca: param('ca'), cert: param('cert'), key: param('key') },
  }
}

/** @throws AppError `bad-parameter` where it is not known whom to reach, or how. */
export function checkSettings({ peer, dial, listen }: BridgeSettings): void {
  if (peer === '') throw bad('the other end has no name; give --peer, as the other end is called')
  if ((dial === '') === (listen === '')) {
    throw bad('give either --dial, the URL of the other end, or --listen, where it is to come')
  }
}

function bad(text: string): AppError {
  return new AppError('bad-parameter', `a bridge: ${text}`)
}
