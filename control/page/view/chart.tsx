/**
 * A chart of lines over time. Its legend has the dashes of each line and its last value, so that no colour is
 * needed.
 */
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import type { Columns } from '../model/history.js'
import { figure } from '../model/wording.js'
import { LineSample } from './link-legend.jsx'

interface ChartProps {
  readonly title: string
  readonly unit: string
  readonly lines: readonly string[]
  readonly columns: Columns
}

const HEIGHT = 180
const SPAN_S = 300
const DASHES: readonly (readonly number[])[] = [[], [6, 4]]

export function Chart({ title, unit, lines, columns }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const count = lines.length
  useEffect(() => {
    const element = frame.current
    if (!element) return undefined
    const draw = (): void => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsOf(element.clientWidth, lines), [...latest.current], element)
    }
    draw()
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    observer.observe(element)
    addEventListener('themechange', draw)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', draw)
    return () => {
      observer.disconnect()
      removeEventListener('themechange', draw)
      scheme.removeEventListener('change', draw)
      plot.current?.destroy()
    }
  }, [count])
  const latest = useRef(columns)
  latest.current = columns
  useEffect(() => plot.current?.setData([...columns]), [columns])
  const newest = columns.slice(1).map((values) => values.at(-1))
  return (
    <figure class="chart" aria-label={`${title}, ${unit}`}>
      <figcaption>
        <h3>
          {title} <span class="muted">{unit}</span>
        </h3>
        <ul class="chart-legend">
          {lines.map((line, at) => (
            <li key={line}>
              {count > 1 && <LineSample at={at} />} {line} <strong>{figure(newest[at])}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={frame} class="chart-frame" aria-hidden="true" />
    </figure>
  )
}

function optionsOf(width: number, lines: readonly string[]): uPlot.Options {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  }
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, _min, max) => [(max || Date.now() / 1000) - SPAN_S, max || Date.now() / 1000] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max || 0) * 1.1)] },
    },
    axes: [
      { ...axis, space: 70, size: 28, values: (_plot, seconds) => seconds.map(timeOfDay) },
      { ...axis, size: 48, values: (_plot, values) => values.map((value) => figure(value)) },
    ],
    series: [
      {},
      ...lines.map((label, at) => ({
        label,
        stroke: colour(`--stroke-${at}`),
        width: 1.5,
        dash: [...(DASHES[at] ?? [])],
        points: { show: false },
        spanGaps: false,
      })),
    ],
  }
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

function timeOfDay(seconds: number): string {
  return clock.format(seconds * 1000)
}
