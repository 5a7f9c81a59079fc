/** How who commands sees an actor of a test: by its directory, with the keys of a folder. */
import { lookOnce, type Sighting } from '../../apps/quorate/observatory.js'

const QUIET_MS = 5000

export async function sightingOf(directory: string, keys?: string): Promise<Sighting> {
  const options = { discovery: `static:${directory}`, interfaces: [], keys, isCommanding: true }
  const [sighting] = await lookOnce(options, QUIET_MS)
  if (!sighting) throw new Error(`nobody was seen at ${directory}`)
  return sighting
}
