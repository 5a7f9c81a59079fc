/**
 * How strangers introduce themselves before they knock: at a socket in clear text that takes nothing but
 * certificates, which are public, and answers with who it belongs to. One part each way:
 *
 *     asked      1, certificate
 *     answered   1, what the actor says of itself          it will be let in where its roles are
 *                0, code as text                           it will not
 *
 * Who comes without keys takes it for a directory, whose frames begin with a `q`; it is answered in its own
 * tongue.
 */
export const INTRODUCED = 1
export const NOT_INTRODUCED = 0
const DIRECTORY_MARK = 0x71

/** The certificate that a stranger shows; undefined where that is something else. */
export function certificateIn(parts: readonly Buffer[]): Buffer | undefined {
  const [part] = parts
  return part && parts.length === 1 && part[0] === INTRODUCED ? part.subarray(1) : undefined
}

/** Whether it was meant for a directory. */
export function isForDirectory(parts: readonly Buffer[]): boolean {
  return parts.length === 1 && parts[0]?.[0] === DIRECTORY_MARK
}

/** What a stranger shows. */
export function introductionOf(certificate: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(INTRODUCED), certificate])
}

/** What the actor says of itself; or the code of why not; undefined where it is neither. */
export function answerIn(
  parts: readonly Buffer[],
): { readonly answer: Buffer } | { readonly code: string } | undefined {
  const [part] = parts
  if (!part || parts.length !== 1) return undefined
  if (part[0] === INTRODUCED) return { answer: part.subarray(1) }
  const code = part.toString('latin1', 1)
  return part[0] === NOT_INTRODUCED && /^[a-z-]{1,32}$/.test(code) ? { code } : undefined
}

export function answerOf(answer: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(INTRODUCED), answer])
}

export function noAnswerOf(code: string): Buffer {
  return Buffer.concat([Buffer.of(NOT_INTRODUCED), Buffer.from(code, 'latin1')])
}
