"""What auto-trainer-api 0.9.7 makes of keys, and of whole JSON texts with all values in them.

Written from what was seen of it on real runs, of which the examples below are made; a test runs them
(python3 -m doctest mangling.py).

A request is read by way of decamelized():

>>> decamelized('{"animalId":"Mouse 12 A-B","path":"/Data/Run_01"}')
'{"animal_id":"_mouse12_a-_b","path":"/_data/_run_01"}'
>>> decamelized('{"when":"2024-01-02T03:04:05Z","maxURL":3}')
'{"when":"2024-01-02_t03:04:05_z","max_ur_l":3}'
>>> decamelized('1E5')
'1_e5'

A reply is written by way of camelized():

>>> camelized('{"nonce": -1, "error_kind": 0, "data": [-2, 1e-07]}')
'{"nonce":1,"errorKind":0,"data":[2,1e07]}'
>>> camelized('["/inference_model", "2024-01-02", "This is an error message"]')
'["/inferenceModel","20240102","Thisisanerrormessage"]'
>>> camelized('["cannot resume_now: not stopped"]')
'["cannotresumeNow:notstopped"]'

What is published has its keys altered alone:

>>> with_camel_keys({"object_id": "pump_1", "list": [{"new_value": -2}]})
{'objectId': 'pump_1', 'list': [{'newValue': -2}]}
>>> [camel_key(key) for key in ("Outer-value", "URL", "_x", "42", "ABc")]
['outerValue', 'URL', '_x', '42', 'ABc']
"""

import re


def decamelized(text):
    bare = re.sub(r"\s+", "", text)
    titled = re.sub(r"[A-Z0-9]+", lambda run: run[0][:-1].title() + run[0][-1], bare)
    return re.sub(r"([A-Z])", r"_\1", titled).lower()


def camelized(text):
    return joined(re.sub(r"\s+", "", text))


def joined(text):
    """Without the hyphens and underscores within, each of which makes the next character a capital."""
    return re.sub(r"(?<=[^-_])[-_]+([^-_])", lambda found: found[1].upper(), text)


def camel_key(key):
    if key.isupper() or key.isdigit():
        return key
    first = key[:1] if key[:2].isupper() else key[:1].lower()
    return joined(first + key[1:])


def with_camel_keys(value):
    if isinstance(value, dict):
        return {camel_key(key): with_camel_keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [with_camel_keys(each) for each in value]
    return value
