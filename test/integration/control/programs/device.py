"""A device of auto-trainer-api 0.9.7's kind, for tests: it knows nothing of quorate.

    python3 device.py SECONDS        between two heartbeats

It takes free ports of loopback and prints them first: {"subscriber": 5556, "command": 5557}. Then it prints
each command as its delegate was given it: {"command", "custom_command", "nonce", "data"}.

A line of standard input is published: {"event": 1501, "context": {"pellet_id": 3}}, as EMERGENCY, too, where
it is one, or {"topic": 5001, "message": {"object_id": "pump_1"}}. It ends with its input.

As 0.9.7 it alters the whole text of requests and replies (mangling.py). Unlike 0.9.7, it answers at once, and
lives on after what is no command.
"""

import heapq
import itertools
import json
import os
import struct
import sys
import time

import zmq
from mangling import camelized, decamelized, with_camel_keys

HEARTBEAT, EMERGENCY, EVENT, COMMAND_RESULT = 1001, 2001, 4001, 6001
SUCCESS, PENDING_WITH_NOTIFICATION, FAILED, EXCEPTION = 100, 201, 400, 500
SYSTEM_ERROR, COMMAND_ERROR = 1, 2
EMERGENCIES = (101, 102)
KNOWN = (0, 100, 110, 200, 210, 300, 400, 99999)
USER_DEFINED = 99999
RESULT_AFTER_S = 0.3
HOME = "/".join(["", "home", "ubuntu"])
CONFIGURATION = {
    "device_id": "000000",
    "configuration_location": f"{HOME}/Autotrainer",
    "data_location": f"{HOME}/Documents/RawDataLocal",
    "animal_location": f"{HOME}/Autotrainer/animals",
    "log_location": f"{HOME}/Documents/RawDataLocal/logs",
    "inference_model": f"{HOME}/Autotrainer/inference_model",
}
STATUS = {"app_status": 0, "training_mode": 100, "animal_id": "123456"}


def response(result, data=None, error_code=0, error_message=None):
    return {
        "result": result,
        "data": data,
        "error_code": error_code,
        "error_message": error_message,
    }


class Device:
    def __init__(self, heartbeat_s):
        context = zmq.Context()
        self.publisher = context.socket(zmq.PUB)
        self.replier = context.socket(zmq.REP)
        self.heartbeat_s = heartbeat_s
        self.due = []
        self.order = itertools.count()
        ports = [self.bound(socket) for socket in (self.publisher, self.replier)]
        told(dict(zip(("subscriber", "command"), ports)))

    def bound(self, socket):
        socket.linger = 0
        socket.bind("tcp://127.0.0.1:*")
        return int(socket.last_endpoint.rsplit(b":", 1)[1])

    def serve(self):
        waiting = zmq.Poller()
        waiting.register(self.replier, zmq.POLLIN)
        waiting.register(0, zmq.POLLIN)
        self.later(self.heartbeat_s, self.beat)
        rest = b""
        while True:
            left_s = self.due[0][0] - time.monotonic()
            ready = dict(waiting.poll(max(0, left_s * 1000)))
            while self.due[0][0] <= time.monotonic():
                heapq.heappop(self.due)[2]()
            if self.replier in ready:
                self.replier.send(self.answer(self.replier.recv()))
            if 0 in ready:
                typed = os.read(0, 65536)
                if not typed:
                    return
                *lines, rest = (rest + typed).split(b"\n")
                for line in lines:
                    self.publish_line(json.loads(line))

    def later(self, seconds, act):
        heapq.heappush(self.due, (time.monotonic() + seconds, next(self.order), act))

    def beat(self):
        beat = {"identifier": "python-device", "version": "0.9.7"}
        self.send_dict(HEARTBEAT, {**beat, "timestamp": time.time()})
        self.later(self.heartbeat_s, self.beat)

    def send_dict(self, topic, message):
        body = json.dumps(with_camel_keys(message)).encode()
        if topic == EVENT and message["kind"] in EMERGENCIES:
            self.publisher.send_multipart([struct.pack("<I", EMERGENCY), body])
        self.publisher.send_multipart([struct.pack("<I", topic), body])

    def send_event(self, kind, context):
        moment = {"when": time.time(), "index": time.perf_counter_ns()}
        self.send_dict(EVENT, {"kind": kind, **moment, "context": context})

    def publish_line(self, line):
        if "event" in line:
            self.send_event(line["event"], line.get("context"))
        else:
            self.send_dict(line["topic"], line["message"])

    def answer(self, body):
        try:
            request = read_request(body)
        except (ValueError, KeyError, TypeError) as error:
            none = {"nonce": 0, "command": 0, "result": 0, "error_kind": SYSTEM_ERROR}
            return camelized(json.dumps({**none, "error_message": str(error)})).encode()
        told(request)
        try:
            given = self.delegate(**request)
        except RuntimeError as error:
            return reply_to(request, response(EXCEPTION, error_message=str(error)))
        return reply_to(request, given)

    def delegate(self, command, custom_command, nonce, data):
        if command == 100:
            done = response(SUCCESS, {"output_path": "/data/run_1"})
            result = {**done, "command": command, "nonce": nonce}
            self.later(RESULT_AFTER_S, lambda: self.send_dict(COMMAND_RESULT, result))
            return response(PENDING_WITH_NOTIFICATION)
        if command == 110:
            return response(FAILED, None, 17, "no acquisition is running")
        if command == 200:
            self.send_event(101, {"reason": "asked"})
            return response(SUCCESS)
        if command == 210:
            raise RuntimeError("cannot resume_now: not stopped")
        if command == 300:
            return response(SUCCESS, CONFIGURATION)
        if command == 400:
            return response(SUCCESS, STATUS, 0, "This is an error message")
        if command == 0:
            return response(SUCCESS, {"seen": True})
        if custom_command == 7:
            return response(SUCCESS, {"none": object()})
        if custom_command == 8:
            return response(SUCCESS, {"level": float("nan"), "text": 'NaN"NaN'})
        return response(SUCCESS, {"custom_command": custom_command, "echo": data})


def read_request(body):
    members = json.loads(decamelized(body.decode()))
    command = members["command"]
    is_known = not isinstance(command, bool) and command in KNOWN
    return {
        "command": int(command) if is_known else USER_DEFINED,
        "custom_command": members.get("custom_command", -1),
        "nonce": members.get("nonce", 0),
        "data": members.get("data"),
    }


def reply_to(request, given):
    kind = COMMAND_ERROR if given["error_code"] else 0
    try:
        json.dumps(given["data"])
    except TypeError:
        kind = SYSTEM_ERROR
        what = "An error occurred serializing the 'data' element of the response."
        given = response(given["result"], None, 0, what)
    reply = {
        "nonce": request["nonce"],
        "command": request["command"],
        "result": given["result"],
        "data": given["data"],
        "error_kind": kind,
        "error_code": given["error_code"],
        "error_message": given["error_message"],
    }
    return camelized(json.dumps(reply)).encode()


def told(line):
    print(json.dumps(line), flush=True)


Device(float(sys.argv[1])).serve()
