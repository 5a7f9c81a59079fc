/** How much the fleet does and how soon, over the last five minutes. */
import { useMemo } from 'preact/hooks'
import { columnsOf } from '../model/history.js'
import { Chart } from './chart.jsx'
import { usePage, useStore } from './use-store.js'

export function Charts() {
  const page = usePage()
  const { rates } = useStore(page.fleet)
  const moments = useStore(page.moments)
  const messages = useMemo(() => columnsOf(moments, [(each) => each.messages]), [moments])
  const lag = useMemo(() => columnsOf(moments, [(each) => each.lagMs]), [moments])
  const commands = useMemo(() => columnsOf(rates, [(each) => each.posted, (each) => each.answered]), [rates])
  const trips = useMemo(() => columnsOf(rates, [(each) => each.p50, (each) => each.p99]), [rates])
  return (
    <section aria-labelledby="rates-title" class="charts">
      <h2 id="rates-title">Rates and latencies</h2>
      <p class="muted">The last five minutes. Messages and loop lag begin when the page is opened.</p>
      <div class="chart-grid">
        <Chart title="Messages" unit="a second" lines={['of all actors']} columns={messages} />
        <Chart title="Commands" unit="a second" lines={['posted', 'answered']} columns={commands} />
        <Chart
          title="Round trip of commands"
          unit="ms"
          lines={['half of them (p50)', '99 of 100 (p99)']}
          columns={trips}
        />
        <Chart title="Event loop lag" unit="ms" lines={['longest of all actors']} columns={lag} />
      </div>
    </section>
  )
}
