#!/usr/bin/env python3
# What `assay serve` does on connections that are idle, slow or wrong.
"""usage: ./run bench edge [--assay PROGRAM …] [--seconds N] [--short]

Serves a small catalog on 127.0.0.1 and meets it as a client that no browser is: 512 connections that
idle while others ask, a sender of one byte a second, a reader that stops, twelve requests in one
packet, two lengths of one body. Prints a table with a column for each PROGRAM (default: the one that
was built). Ends with 1 when what it sees is not what ARCHITECTURE.md promises of the last one.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSAY = os.environ.get("ASSAY", str(ROOT / "build/release/assay"))
IDLE = 512
LONGEST_SEND = 40  # seconds that a sender of one byte a second is watched
LONGEST_STOP = 60  # seconds that a reader that stops is watched
MOST_P99_MS = 20.0  # of others, beside 512 that idle
SMALL = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


class Served:
    """`assay serve` with a catalog of many entries, so that there is an answer larger than buffers."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix="assay-edge-")
        catalog = Path(self.folder.name) / "models.yaml"
        maker = ROOT / "tests/bench/support/grown_catalog.py"
        subprocess.run([sys.executable, "-B", str(maker), "1500", str(catalog)], check=True,
                       stdout=subprocess.DEVNULL)
        database = Path(self.folder.name) / "assay.db"
        subprocess.run([program, "audit", "--offline", "--catalog", str(catalog), "--db",
                        str(database)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [program, "serve", "--catalog", str(catalog), "--db", str(database), "--listen",
             f"127.0.0.1:{self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(300):
            try:
                self.connect().close()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{program}: {self.process.stderr.read().decode()}")
                time.sleep(0.1)
        sys.exit(f"{program}: nothing listens after 30 seconds")

    def connect(self, timeout=5):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def established(self):
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        return sum(line.split()[1].endswith(f":{self.port:04X}") and line.split()[3] == "01"
                   for line in lines)

    def end(self):
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()


def exchange(served, sent, timeout=3):
    """All that comes back until the server ends the connection or says nothing more."""
    with served.connect(timeout) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return received


def answers(bytes_received):
    return len(re.findall(rb"HTTP/1\.1 \d\d\d ", bytes_received))


def p99_of_others(served, seconds):
    """Milliseconds of 16 clients that ask one after the other."""
    times, lock = [], threading.Lock()
    end = time.monotonic() + seconds

    def ask():
        mine = []
        with served.connect() as connection:
            while time.monotonic() < end:
                begun = time.perf_counter()
                connection.sendall(SMALL)
                if not connection.recv(4096):
                    return
                mine.append(time.perf_counter() - begun)
        with lock:
            times.extend(mine)

    clients = [threading.Thread(target=ask) for _ in range(16)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sorted(times)[len(times) * 99 // 100] * 1000 if times else float("inf")


def idle(served, seconds):
    """p99 of others without and with the idle ones, and memory per idle one."""
    alone = p99_of_others(served, seconds)
    before = resident(served)
    held = []
    for _ in range(IDLE):
        held.append(served.connect())
        held[-1].sendall(SMALL)
        held[-1].recv(4096)
    each = (resident(served) - before) / IDLE / 1024
    beside = p99_of_others(served, min(seconds, 4))
    for connection in held:
        connection.close()
    return alone, beside, each


def resident(served):
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024


def slow_sender(served):
    """Seconds until it is ended, None if it is not; and what it is told."""
    begun = time.monotonic()
    with served.connect(1) as connection:
        told = b""
        for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * LONGEST_SEND:
            try:
                connection.sendall(bytes([byte]))
                told = connection.recv(4096)
                return time.monotonic() - begun, told.split(b"\r\n")[0].decode()
            except TimeoutError:
                if time.monotonic() - begun > LONGEST_SEND:
                    return None, ""
            except OSError:
                return time.monotonic() - begun, told.decode()
    return None, ""


def stopped_reader(served):
    """Seconds until the server lets go of a reader that takes nothing; None if it does not."""
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", served.port))
        time.sleep(0.2)
        others = served.established()
        asked = b"GET /api/v1/models?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n"
        reader.sendall(asked * 40)
        begun = time.monotonic()
        while time.monotonic() - begun < LONGEST_STOP:
            time.sleep(0.25)
            if served.established() < others:
                return time.monotonic() - begun
    return None


def measured(program, seconds):
    served, second = Served(program), Served(program)
    try:
        # These two wait for the server's patience to end, each at a server of its own.
        with ThreadPoolExecutor() as together:
            sender, reader = together.submit(slow_sender, served), together.submit(stopped_reader, second)
            (waited, told), stopped = sender.result(), reader.result()
        alone, beside, each = idle(served, seconds)
        pipelined = answers(exchange(served, SMALL * 12))
        hidden = b"GET /healthz?hidden HTTP/1.1\r\nHost: x\r\n\r\n"
        lengths = exchange(served, b"POST /api/v1/models HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
                           + b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden)
    finally:
        served.end()
        second.end()
    first = lengths.split(b"\r\n")[0].decode()
    rows = {
        "p99 of 16 clients, alone": f"{alone:.1f} ms",
        f"the same beside {IDLE} idle connections": f"{beside:.1f} ms",
        "memory of an idle connection": f"{each:.0f} KiB",
        "sender of one byte a second is ended": f"after {waited:.0f} s: {told or 'no answer'}"
                                                if waited else f"not within {LONGEST_SEND} s",
        "reader that stops is ended": f"after {stopped:.0f} s" if stopped
                                      else f"not within {LONGEST_STOP} s",
        "answers to 12 requests in one packet": str(pipelined),
        "two Content-Length, a request in the body": f"{first or 'no answer'}, "
                                                     f"{answers(lengths)} answered",
    }
    wrong = []
    if beside >= MOST_P99_MS:
        wrong.append(f"p99 {beside:.1f} ms beside idle connections, target under {MOST_P99_MS:.0f}")
    if not waited or not told:
        wrong.append("a slow sender is not told off")
    if not stopped:
        wrong.append("a reader that stops holds its connection")
    if pipelined != 12:
        wrong.append(f"{pipelined} answers to 12 requests")
    if answers(lengths) != 1 or " 400 " not in first:
        wrong.append("two lengths are not refused")
    return rows, wrong


def main():
    parser = argparse.ArgumentParser(prog="./run bench edge")
    parser.add_argument("--assay", nargs="+", default=[ASSAY], metavar="PROGRAM")
    parser.add_argument("--seconds", type=int, default=5, help="that other clients ask")
    parser.add_argument("--short", action="store_true", help="other clients ask for a second only")
    options = parser.parse_args()
    tables, wrong = [], []
    for program in options.assay:
        rows, wrong = measured(program, 1 if options.short else options.seconds)
        tables.append(rows)
    print("| connection | " + " | ".join(options.assay) + " |\n|---|" + "---|" * len(tables))
    for name in tables[0]:
        print(f"| {name} | " + " | ".join(rows[name] for rows in tables) + " |")
    for each in wrong:
        print(f"MISSED  {each}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
