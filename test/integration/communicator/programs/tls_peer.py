"""An endpoint called `site` over Python's `ssl`: dials a port where one is given, listens otherwise.

Arguments: the paths of the authority, of its certificate and of its key, and the port or 0. Tells in lines
of JSON at which port it listens, what it has seen of the other's certificate, and each frame's type.
"""

import json
import socket
import ssl
import struct
import sys

HELLO, READY, PING, PONG = 4, 5, 6, 7


def tell(**what):
    print(json.dumps(what), flush=True)


def frame(kind, payload):
    return struct.pack(">IHBBHHHH", 16 + len(payload), 0, kind, 0, 0, 0, 1, 1) + payload


def introduction():
    name = b"site"
    return b"\x81\xad" + b"endpoint_name" + bytes([0xA0 + len(name)]) + name


def exactly(stream, count):
    parts = b""
    while len(parts) < count:
        part = stream.recv(count - len(parts))
        if not part:
            sys.exit(0)
        parts += part
    return parts


def main(ca, certificate, key, port):
    dials = port != "0"
    context = ssl.create_default_context(
        ssl.Purpose.SERVER_AUTH if dials else ssl.Purpose.CLIENT_AUTH
    )
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(ca)
    context.load_cert_chain(certificate, key)
    if dials:
        plain = socket.create_connection(("127.0.0.1", int(port)))
    else:
        server = socket.create_server(("127.0.0.1", 0))
        tell(port=server.getsockname()[1])
        plain, _ = server.accept()
    stream = context.wrap_socket(plain, server_side=not dials)
    subject = dict(each[0] for each in stream.getpeercert()["subject"])
    tell(sees=subject["commonName"], version=stream.version())
    if dials:
        stream.sendall(frame(HELLO, introduction()))
    while True:
        head = exactly(stream, 16)
        length, _, kind = struct.unpack(">IHB", head[:7])
        exactly(stream, length - 16)
        tell(frame=kind)
        if kind == HELLO:
            stream.sendall(frame(READY, introduction()))
        if kind == PING:
            stream.sendall(frame(PONG, b"\xc0"))


main(*sys.argv[1:])
