/** By what a ZeroMQ socket lets others in, as it greets whoever connects: `CURVE` with keys. */
import type { Rig } from './rig.js'

/** Begins a greeting as ZMTP 3.1 has it, which is enough to be told what the other end wants; prints that. */
const GREET = `
import socket, sys
host, port = sys.argv[1].rsplit(':', 1)
with socket.create_connection((host, int(port)), 5) as there:
    there.sendall(b'\\xff' + bytes(8) + b'\\x7f\\x03\\x01')
    greeting = b''
    while len(greeting) < 32:
        more = there.recv(64)
        if not more: break
        greeting += more
print(greeting[12:32].rstrip(b'\\0').decode())`

/** @param from the host that asks @param address `host:port` */
export function mechanismOf(rig: Rig, from: number, address: string): string {
  return rig.run(from, 'python3', ['-c', GREET, address]).trim()
}
