"""A manager's console of auto-trainer-api's kind, for tests: it knows nothing of quorate.

    python3 remote_console.py SUBSCRIBER COMMAND TOPIC...

It subscribes to the topics, in this order, at the first port of loopback, and sends commands to the second.
Lines of standard input are sent, each when the one before it was answered: an object by json.dumps(), as
managers of Python write it; a list is frames in hex, sent as they are. It ends with its input.

What comes is printed as JSON lines: {"reply": text, "value": what json.loads() makes of it}, and of what is
published {"topic": "a10f0000", "body": text, "value": ...}; null where the text is no JSON.
"""

import json
import os
import sys

import zmq


def read(body):
    text = body.decode(errors="backslashreplace")
    try:
        return text, json.loads(text)
    except ValueError:
        return text, None


def frames_of(line):
    given = json.loads(line)
    if isinstance(given, list):
        return [bytes.fromhex(frame) for frame in given]
    return [json.dumps(given).encode()]


def told(**line):
    print(json.dumps(line), flush=True)


def main(subscriber_port, command_port, *topics):
    context = zmq.Context()
    subscriber = context.socket(zmq.SUB)
    requester = context.socket(zmq.REQ)
    subscriber.linger = requester.linger = 0
    for topic in topics:
        subscriber.subscribe(int(topic).to_bytes(4, "little"))
    subscriber.connect(f"tcp://127.0.0.1:{subscriber_port}")
    requester.connect(f"tcp://127.0.0.1:{command_port}")
    waiting = zmq.Poller()
    for source in (subscriber, requester, 0):
        waiting.register(source, zmq.POLLIN)
    lines = []
    rest = b""
    is_asking = False
    while True:
        ready = dict(waiting.poll())
        if subscriber in ready:
            topic, body = subscriber.recv_multipart()
            text, value = read(body)
            told(topic=topic.hex(), body=text, value=value)
        if requester in ready:
            (body,) = requester.recv_multipart()
            text, value = read(body)
            told(reply=text, value=value)
            is_asking = False
        if 0 in ready:
            typed = os.read(0, 65536)
            if not typed:
                return
            *more, rest = (rest + typed).split(b"\n")
            lines += more
        if lines and not is_asking:
            requester.send_multipart(frames_of(lines.pop(0)))
            is_asking = True


main(*sys.argv[1:])
