"""Takes in all that passes the interfaces of this network namespace, and tells which words are in it.

    python3 capture.py WORD...        as root; says "ready" when it takes in, and ends with its input

At its end it prints one JSON object: packets, bytes, lost (by the capture itself), and found: for each word
the flows that it is in, as "tcp 10.77.0.1:5000". Streams of TCP are put together before they are searched, so
that no word hides between two segments.
"""

import json
import socket
import struct
import sys
import threading

EVERY_PROTOCOL = 3
SOL_PACKET = 263
PACKET_STATISTICS = 6
BUFFER_BYTES = 64 << 20
FRAME_BYTES_MOST = 1 << 17
ETHERNET_BYTES = 14
LOOK_S = 0.1


def payload_of(frame):
    """The flow, the place in it, and the bytes, of what TCP or UDP carries in a frame; None of others."""
    if len(frame) < ETHERNET_BYTES + 20 or frame[12:14] != b"\x08\x00":
        return None
    packet = frame[ETHERNET_BYTES:]
    header = (packet[0] & 15) * 4
    length = struct.unpack("!H", packet[2:4])[0]
    whole = packet[header : length if length else len(packet)]
    source = socket.inet_ntoa(packet[12:16])
    target = socket.inet_ntoa(packet[16:20])
    if packet[9] == 6:
        from_port, to_port, sequence = struct.unpack("!HHI", whole[:8])
        return (
            ("tcp", source, from_port, target, to_port),
            sequence,
            whole[(whole[12] >> 4) * 4 :],
        )
    if packet[9] == 17:
        from_port, to_port = struct.unpack("!HH", whole[:4])
        return ("udp", source, from_port, target, to_port), None, whole[8:]
    return None


def main(words):
    taking = socket.socket(
        socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL)
    )
    taking.setsockopt(socket.SOL_SOCKET, 33, BUFFER_BYTES)
    taking.settimeout(LOOK_S)
    ended = threading.Event()
    threading.Thread(
        target=lambda: (sys.stdin.read(), ended.set()), daemon=True
    ).start()
    print("ready", flush=True)
    streams = {}
    packets = total = 0
    while not ended.is_set():
        try:
            frame = taking.recv(FRAME_BYTES_MOST)
        except TimeoutError:
            continue
        taken = payload_of(frame)
        if not taken:
            continue
        flow, sequence, payload = taken
        packets += 1
        total += len(payload)
        segments = streams.setdefault(flow, {})
        segments[len(segments) if sequence is None else sequence] = payload
    lost = struct.unpack("II", taking.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
    found = {word: set() for word in words}
    for (kind, source, port, _, _), segments in streams.items():
        ordered = [segments[at] for at in sorted(segments)]
        stream = (b"" if kind == "tcp" else b"\0").join(ordered)
        for word in words:
            if word.encode() in stream:
                found[word].add(f"{kind} {source}:{port}")
    told = {word: sorted(flows) for word, flows in found.items()}
    print(
        json.dumps({"packets": packets, "bytes": total, "lost": lost, "found": told})
    )


main(sys.argv[1:])
