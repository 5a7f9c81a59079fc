/** What became of something that was asked for: it runs, it is done, or why it is not. */

import { useState } from 'preact/hooks'
import type { Outcome } from '../hub/commands.js'
import { pageLimits } from '../limits.js'
import { figure } from '../model/wording.js'

export type Result =
  | { readonly is: 'nothing' }
  | { readonly is: 'running' }
  | { readonly is: 'done'; readonly value: unknown; readonly tookMs: number }
  | { readonly is: 'failed'; readonly why: string }

/** The last result, and what asks for another. */
export function useCall(): readonly [result: Result, call: (ask: () => Promise<Outcome>) => void] {
  const [result, setResult] = useState<Result>({ is: 'nothing' })
  const call = async (ask: () => Promise<Outcome>): Promise<void> => {
    setResult({ is: 'running' })
    try {
      const { isDone, value, tookMs } = await ask()
      setResult(isDone ? { is: 'done', value, tookMs } : { is: 'failed', why: errorText(value) })
    } catch (error) {
      setResult({ is: 'failed', why: whyOf(error) })
    }
  }
  return [result, (ask) => void call(ask)]
}

export function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** An error of a worker is `Class!!message`. */
function errorText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace('!!', ': ')
}

export function ResultBox({ result }: { readonly result: Result }) {
  return (
    <div class={`result is-${result.is}`} role="status">
      {result.is === 'running' && <p class="muted">Under way …</p>}
      {result.is === 'failed' && <p class="flaw">{result.why}</p>}
      {result.is === 'done' && (
        <>
          <p class="done">
            Done in {figure(result.tookMs)} ms{isNothing(result.value) ? ', without a result.' : ':'}
          </p>
          {!isNothing(result.value) && (
            <pre>{JSON.stringify(result.value, undefined, 2).slice(0, pageLimits.resultChars)}</pre>
          )}
        </>
      )}
    </div>
  )
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined
}
