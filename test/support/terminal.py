"""Runs a program at a terminal of its own, for a test that types.

    python3 terminal.py PROGRAM ARGUMENT...

Commands are JSON lines on standard input: {"type": "text"}, {"rows": 24, "columns": 80}. What the program
writes goes to standard output as it comes. It ends when the program does, with its exit code, or with its
input: then the program is killed.
"""

import fcntl
import json
import os
import pty
import selectors
import signal
import struct
import sys
import termios


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def obey(terminal, line):
    command = json.loads(line)
    if "type" in command:
        os.write(terminal, command["type"].encode())
    else:
        resize(terminal, command["rows"], command["columns"])


def main():
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    resize(terminal, 24, 80)
    waiting = selectors.DefaultSelector()
    waiting.register(terminal, selectors.EVENT_READ)
    waiting.register(0, selectors.EVENT_READ)
    rest = b""
    while True:
        for key, _ in waiting.select():
            try:
                data = os.read(key.fd, 65536)
            except OSError:
                data = b""
            if key.fd == terminal and not data:
                _, status = os.waitpid(child, 0)
                sys.exit(os.waitstatus_to_exitcode(status))
            if key.fd == terminal:
                os.write(1, data)
                continue
            if not data:
                os.kill(child, signal.SIGKILL)
                sys.exit(1)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                obey(terminal, line)


main()
