/** How wide an element is, as it changes. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export function useWidth(): readonly [ref: RefObject<HTMLElement | null>, width: number] {
  const ref = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(() => Math.min(innerWidth, 1200))
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return undefined
    const look = (): void => setWidth(element.clientWidth)
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
