/** Follows the log of an actor: its last lines, then each that comes, until nobody looks any more. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AtNode } from '../hub/errands.js'
import { emptyLog, type LogText, withText } from '../model/log-lines.js'
import { whyOf } from './result-box.jsx'
import { usePage } from './use-store.js'

/** After a question that failed, and at least between two. */
const PAUSE_MS = 2000
const BREATH_MS = 100

/** The log, and why there is no more of it at the moment; '' where there is. */
export function useLog(actor: AtNode | undefined, isPaused: boolean): readonly [log: LogText, why: string] {
  const { errands } = usePage()
  const [shown, setShown] = useState(emptyLog)
  const [why, setWhy] = useState('')
  const paused = useRef(isPaused)
  const all = useRef(emptyLog)
  const { node = '', id = '' } = actor ?? {}
  useEffect(() => {
    paused.current = isPaused
    if (!isPaused) setShown(all.current)
  }, [isPaused])
  useEffect(() => {
    let isOver = id === ''
    const follow = async (): Promise<void> => {
      let from: number | undefined
      all.current = emptyLog
      while (!isOver) {
        try {
          const part = await errands.log({ node, id }, from)
          if (isOver) return
          from = part.next
          all.current = part.text === '' ? all.current : withText(all.current, part.text)
          if (!paused.current) setShown(all.current)
          setWhy('')
          await later(BREATH_MS)
        } catch (error) {
          setWhy(whyOf(error))
          await later(PAUSE_MS)
        }
      }
    }
    void follow()
    return () => {
      isOver = true
    }
  }, [errands, node, id])
  return [shown, why]
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
