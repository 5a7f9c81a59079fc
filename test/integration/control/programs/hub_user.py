"""A user of a hub as those of control-lab-ly are: finds the worker of an object, posts, asks until it is answered."""
import json
import sys
import time
import urllib.error
import urllib.request
import uuid

url, token, worker = sys.argv[1:]


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
    request = urllib.request.Request(url + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def call(object_id, method, *args, **kwargs):
    [target] = ask("GET", "/registry")[worker].get(object_id, [worker])
    request_id = uuid.uuid4().hex
    ask("POST", "/command", {
        "request_id": request_id, "address": {"sender": ["me"], "target": [target]}, "priority": False,
        "rank": None, "object_id": object_id, "method": method, "args": args, "kwargs": kwargs,
    })
    while True:
        try:
            return ask("GET", "/reply/" + request_id)["data"]
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            time.sleep(0.1)


call("", "setattr", "pump", "rate", 7)
print(json.dumps(call("pump", "prime", seconds=2)))
call("", "setattr", "pump", "rate", 1)
print(json.dumps(call("pump", "fail")))
print(json.dumps(call("", "exposeAttributes")))
