"""A layer-2 switch between network namespaces whose links can be spoilt, each direction by itself.

    python3 switch.py SWITCH HOST...        names of namespaces; as root

HOST number n has its end of a cable as `eth0`, the switch has the other as `pn`. Commands are JSON lines on
standard input; each is acknowledged by a line with its `id` when it is in force. It ends with its input.

    {"id": 1, "links": [[1, 2], [2, 1]], "set": {"cut": true}}      from host 1 to 2, and back
    {"id": 2, "clear": true}                                        all links are as new
    {"id": 3, "count": true}                                        {"id": 3, "passed": 9, "dropped": 1, ...}

A link has: cut (nothing passes, nor what is on its way), loss, duplicate, reorder (fractions of the frames),
delayMs, jitterMs (either way). A frame that is reordered waits LATER_S longer than it would have.
"""

import array
import ctypes
import fcntl
import heapq
import json
import os
import random
import selectors
import socket
import struct
import sys
import time

EVERY_PROTOCOL = 3
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
SIOCETHTOOL = 0x8946
# Checksums of what is sent, scatter and gather, large segments either way: frames are to leave whole.
OFFLOADS = (0x17, 0x19, 0x1F, 0x24, 0x2C)
BUFFER_BYTES = 4 << 20
FRAME_BYTES_MOST = 65536
# Frames that one port may bring before the others have their turn.
AT_ONCE = 64
# Frames that are on their way; beyond, as with any switch, they are lost.
WAITING_MOST = 20000
LATER_S = 0.005

CLEAN = {"cut": False, "loss": 0.0, "duplicate": 0.0, "reorder": 0.0, "delayMs": 0.0, "jitterMs": 0.0}


def enter(namespace):
    handle = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(handle, 0) != 0:
        raise OSError(ctypes.get_errno(), f"no way into the namespace {namespace}")
    os.close(handle)


def switch_offloads_off(device):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for command in OFFLOADS:
            value = array.array("B", struct.pack("=II", command, 0))
            request = struct.pack("16sP", device.encode(), value.buffer_info()[0]).ljust(40, b"\0")
            try:
                fcntl.ioctl(any_socket, SIOCETHTOOL, request)
            except OSError as error:
                print(f"switch.py: {device} {command:#x}: {error}", file=sys.stderr)


def opened(device):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    port.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    port.bind((device, 0))
    port.setblocking(False)
    return port


class Switch:
    def __init__(self, hosts, seed):
        self.hosts = range(1, hosts + 1)
        self.chance = random.Random(seed)
        self.links = {}
        self.clear()
        self.ports = {}
        # Which port an address was last seen at.
        self.places = {}
        self.waiting = []
        self.number = 0
        self.passed = self.dropped = self.repeated = 0

    def clear(self):
        self.links = {(a, b): None for a in self.hosts for b in self.hosts if a != b}

    def set(self, links, what):
        unknown = set(what) - set(CLEAN)
        if unknown:
            raise ValueError(f"a link has no {unknown}")
        for one, other in links:
            self.links[one, other] = {**(self.links[one, other] or CLEAN), **what}

    def arrived(self, at, frame):
        source, target = frame[6:12], frame[0:6]
        self.places[source] = at
        place = None if target[0] & 1 else self.places.get(target)
        for to in self.hosts if place is None else (place,):
            if to != at:
                self.forward(at, to, frame)

    def forward(self, at, to, frame):
        link = self.links[at, to]
        if link is None:
            self.send(to, frame)
            return
        chance = self.chance.random
        if link["cut"] or (link["loss"] and chance() < link["loss"]):
            self.dropped += 1
            return
        twice = link["duplicate"] and chance() < link["duplicate"]
        self.repeated += 1 if twice else 0
        for _ in range(2 if twice else 1):
            delay = (link["delayMs"] + link["jitterMs"] * (2 * chance() - 1)) / 1e3
            if link["reorder"] and chance() < link["reorder"]:
                delay = max(delay, 0) + LATER_S
            if delay > 0:
                self.keep(delay, at, to, frame)
            else:
                self.send(to, frame)

    def keep(self, delay, at, to, frame):
        if len(self.waiting) >= WAITING_MOST:
            self.dropped += 1
            return
        self.number += 1
        heapq.heappush(self.waiting, (time.monotonic() + delay, self.number, at, to, frame))

    def send(self, to, frame):
        try:
            self.ports[to].send(frame)
            self.passed += 1
        except OSError:
            self.dropped += 1

    def due(self):
        """Sends what has waited long enough; gives the seconds until the next has."""
        while self.waiting:
            wait = self.waiting[0][0] - time.monotonic()
            if wait > 0:
                return wait
            _, _, at, to, frame = heapq.heappop(self.waiting)
            link = self.links[at, to]
            if link and link["cut"]:
                self.dropped += 1
            else:
                self.send(to, frame)
        return None

    def told(self, line):
        command = json.loads(line)
        answer = {"id": command["id"]}
        if command.get("clear"):
            self.clear()
        if "set" in command:
            self.set(command["links"], command["set"])
        if command.get("count"):
            counts = {"passed": self.passed, "dropped": self.dropped, "repeated": self.repeated}
            answer.update(counts, cpuMs=time.process_time() * 1e3)
        print(json.dumps(answer), flush=True)

    def take(self, at):
        port = self.ports[at]
        for _ in range(AT_ONCE):
            try:
                frame = port.recv(FRAME_BYTES_MOST)
            except BlockingIOError:
                return
            except OSError:
                # The cable was taken out.
                return
            if len(frame) >= 14:
                self.arrived(at, frame)


def main(switch_namespace, host_namespaces):
    for namespace in host_namespaces:
        enter(namespace)
        switch_offloads_off("eth0")
    enter(switch_namespace)
    switch = Switch(len(host_namespaces), os.environ.get("SEED", "1"))
    chosen = selectors.DefaultSelector()
    for host in switch.hosts:
        switch_offloads_off(f"p{host}")
        switch.ports[host] = opened(f"p{host}")
        chosen.register(switch.ports[host], selectors.EVENT_READ, host)
    os.set_blocking(0, False)
    chosen.register(0, selectors.EVENT_READ, None)
    print(json.dumps({"id": 0}), flush=True)
    unread = b""
    while True:
        for key, _ in chosen.select(switch.due()):
            if key.data is not None:
                switch.take(key.data)
                continue
            said = os.read(0, 65536)
            if not said:
                return
            *lines, unread = (unread + said).split(b"\n")
            for line in lines:
                switch.told(line)


main(sys.argv[1], sys.argv[2:])
