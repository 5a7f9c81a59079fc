/**
 * By whom bundles of an app must be signed for this host to take them: the trust anchors that its operator
 * gave it, in `trust/<app>.anchors`, and those that the host has for the app's own keys.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../ports/index.js'
import {
  type Anchor,
  anchorsText,
  appInAnchors,
  keyLimits,
  mergeAnchors,
  PUBLIC_MODE,
  readAnchors,
  readKeyFile,
  replaceKeyFile,
} from '../../ports/security/index.js'
import { type AnchorsOf, BundleError } from '../bundle/index.js'
import { AgentError } from './errors.js'

export class TrustedApps {
  readonly #folder: string
  readonly #ofHost: AnchorsOf

  constructor(data: string, ofHost: AnchorsOf) {
    this.#folder = join(data, 'trust')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#ofHost = ofHost
  }

  /**
   * Trusts the anchors of a file, besides those that are trusted; what either says has ended stays so.
   * Returns the app that they are of. @throws AgentError `agent-bad-option`; KeyError `keys-not-written`.
   */
  async trust(file: string): Promise<string> {
    const text = await readKeyFile(file)
    const [app, anchors] = [appInAnchors(text ?? ''), readAnchors(text ?? '')]
    const way = 'quorate keys anchors <app> --out FILE writes one, where the app key is'
    if (text === undefined) throw new AgentError('agent-bad-option', `there is no file ${file}; ${way}`)
    if (app === undefined || typeof anchors === 'string') {
      const why = typeof anchors === 'string' ? anchors : 'it does not say of which app they are'
      throw new AgentError('agent-bad-option', `${file} has no trust anchors: ${why}; ${way}`)
    }
    const all = mergeAnchors(await this.#given(app), anchors)
    if (all.length > keyLimits.anchors) {
      const most = `${keyLimits.anchors} is the most; remove ${this.#pathOf(app)} and give the file again`
      throw new AgentError('agent-bad-option', `there are ${all.length} trust anchors of ${app}, and ${most}`)
    }
    await replaceKeyFile(this.#pathOf(app), anchorsText(all, app), PUBLIC_MODE)
    return app
  }

  /** None where nobody is trusted. @throws BundleError `bundle-unsigned` where that cannot be read. */
  readonly anchorsOf: AnchorsOf = async (app) => {
    try {
      return mergeAnchors(await this.#given(app), await this.#ofHost(app))
    } catch (cause) {
      const text = `it cannot be read whom this host trusts for ${app}: ${messageOf(cause)}`
      throw new BundleError('bundle-unsigned', text, { cause })
    }
  }

  async #given(app: string): Promise<readonly Anchor[]> {
    const path = this.#pathOf(app)
    const text = await readKeyFile(path)
    if (text === undefined) return []
    const anchors = readAnchors(text)
    if (typeof anchors !== 'string') return anchors
    throw new AgentError('agent-bad-option', `${path}: ${anchors}; remove it, and give the anchors again`)
  }

  #pathOf(app: string): string {
    return join(this.#folder, `${app}.anchors`)
  }
}
