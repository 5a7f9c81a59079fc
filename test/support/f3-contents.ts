/** What the golden frames say, as an app of ours would say and hear it. */
import { Float, type HeaderMap } from '../../communicator/header-codec.js'

const x = (times: number): string => 'x'.repeat(times)

/** The headers of `DATA app=123 stream=17 headers:<note> payload=b'hi'`, by note. */
export const goldenHeaders: Readonly<Record<string, HeaderMap>> = {
  empty: {},
  str: { k: 'v' },
  str31: { k: x(31) },
  str32: { k: x(32) },
  str255: { k: 'y'.repeat(255) },
  str256: { k: 'y'.repeat(256) },
  ints: {
    a: 0,
    b: 0x7f,
    c: 0x80,
    d: 0xff,
    e: 0x100,
    f: 0xffff,
    g: 0x1_0000,
    h: 0xffff_ffff,
    i: 0x1_0000_0000,
    j: 2n ** 63n,
    k: 2n ** 64n - 1n,
  },
  negs: {
    a: -1,
    b: -32,
    c: -33,
    d: -128,
    e: -129,
    f: -0x8000,
    g: -0x8001,
    h: -0x8000_0000,
    i: -0x8000_0001,
    j: -(2n ** 63n),
  },
  floats: { a: new Float(0), b: new Float(1), c: new Float(-1.5), d: new Float(1e300) },
  bools: { t: true, f: false, n: null },
  bin: { b: Buffer.alloc(0), c: Buffer.of(1, 2), d: Buffer.alloc(256) },
  arr: { a: Array.from({ length: 16 }, (_, at) => at), t: [1, 2] },
  map16: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`k${String(at).padStart(2, '0')}`, at])),
  maxhdr: { k: x(65_529) },
}

export const goldenData = Object.entries(goldenHeaders).map(([note, headers]) => ({
  label: `DATA app=123 stream=17 headers:${note} payload=b'hi'`,
  headers,
}))

/** The name and the properties in the golden handshakes. */
export const goldenHandshakes: readonly { label: string; name: string; props: HeaderMap }[] = [
  { label: 'HELLO name=py-b props={bar:123}', name: 'py-b', props: { bar: 123 } },
  { label: 'READY name=py-b props={bar:123}', name: 'py-b', props: { bar: 123 } },
  { label: 'HELLO no props', name: 'site-1', props: {} },
  {
    label: 'HELLO unicode/bytes/nested props',
    name: 'site-1',
    props: { é: 'ü', b: Buffer.of(0, 0xff), l: [1, [2]], m: { x: null } },
  },
]
export const GOLDEN_SECONDS = 1_700_000_000.5

/** Values as they arrive: what was sent as a float is a number. */
export function arrived(value: unknown): unknown {
  if (value instanceof Float) return value.value
  if (Array.isArray(value)) return value.map(arrived)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, arrived(each)]))
}
