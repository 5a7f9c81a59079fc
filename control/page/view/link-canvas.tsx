/**
 * Lines that are drawn once and then stand: as elements of SVG a browser without a graphics card would draw
 * all of them again with every figure on a card above them.
 */
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks'

export interface Line {
  /** As SVG has it. */
  readonly d: string
  /** The custom property of its colour. */
  readonly colour: string
  readonly dashes: readonly number[]
}

interface CanvasProps {
  readonly width: number
  readonly height: number
  /** The same ones, as long as nothing of them changes. */
  readonly lines: readonly Line[]
}

export function LinkCanvas({ width, height, lines }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null)
  const [looks, lookAgain] = useReducer((count: number, _changed: unknown) => count + 1, 0)
  useLayoutEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    addEventListener('themechange', lookAgain)
    scheme.addEventListener('change', lookAgain)
    return () => {
      removeEventListener('themechange', lookAgain)
      scheme.removeEventListener('change', lookAgain)
    }
  }, [])
  useLayoutEffect(() => {
    if (ref.current) draw(ref.current, { width, height, lines })
  }, [width, height, lines, looks])
  return <canvas ref={ref} class="links" />
}

function draw(canvas: HTMLCanvasElement, { width, height, lines }: CanvasProps): void {
  const scale = devicePixelRatio
  const style = getComputedStyle(canvas)
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const brush = canvas.getContext('2d')
  if (!brush) return
  brush.scale(scale, scale)
  brush.lineWidth = 1.25
  for (const { d, colour, dashes } of lines) {
    brush.strokeStyle = style.getPropertyValue(colour)
    brush.setLineDash([...dashes])
    brush.stroke(new Path2D(d))
  }
}
