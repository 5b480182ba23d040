#!/usr/bin/env python3
# `assay serve` under load, against nginx that serves the same bytes from files.
# apt: wrk nginx-light
# build: make_history
"""usage: ./run bench api [--short] [--models N] [--nights N] [--seconds N] [--requests N] [--write-readme]

Makes a database of a constructed year of nightly audits, serves it with assay and the answers as files
with nginx, both on 127.0.0.1, and lets wrk ask both in turn over 64 connections. Then 512 idle
connections and a reader that never reads are added, and a million requests are sent to see whether
memory stays. Ends with 1 when a target is missed. --short: 100 models, 30 nights, a second each, a tenth
of the requests, and half of what the targets ask of speed, since so short a run tells it only roughly;
readers that do not read are watched in the long form only.
"""

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from support import readme

ROOT = Path(__file__).resolve().parents[2]
ASSAY = Path(os.environ["ASSAY"])
FOLDER = Path(os.environ["ASSAY_BENCH_DIR"]) / "api"
CONNECTIONS = 64

# Targets.
LEAST_OF_NGINX = 0.5  # throughput, of the single model and of the 304
MOST_P99_MS = 20.0  # at 64 connections
MOST_GROWTH = 1.1  # resident memory over a million requests, after the first tenth of them

HEADER = """wrk.headers["If-None-Match"] = '%s'
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                sys.exit(f"the server on port {port} ended with {process.returncode}")
            time.sleep(0.1)
    sys.exit(f"nothing listens on port {port} after 30 seconds")


def get(port, target, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", target, headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def make_database(models, nights):
    """The catalog and its year; kept for the next time, since making it takes minutes."""
    catalog, database = FOLDER / f"models-{models}.yaml", FOLDER / f"history-{models}-{nights}.db"
    maker = ROOT / "tests/bench/support/grown_catalog.py"
    subprocess.run([sys.executable, "-B", str(maker), str(models), str(catalog)], check=True)
    if database.exists():
        return catalog, database
    began = time.monotonic()
    # A year of transactions would wait for the disk a million times.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as quick:
        made = Path(quick) / "history.db"
        subprocess.run([str(ASSAY.parent / "make_history"), str(catalog), str(made), str(nights)],
                       check=True)
        shutil.copy(made, database.with_suffix(".part"))
    database.with_suffix(".part").rename(database)
    print(f"made in {time.monotonic() - began:.0f} s: {database.stat().st_size / 2**20:.0f} MiB")
    return catalog, database


def start_assay(catalog, database):
    port = free_port()
    process = subprocess.Popen(
        [str(ASSAY), "serve", "--catalog", str(catalog), "--db", str(database), "--listen",
         f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port, process)
    return process, port


def start_nginx(files):
    """Answers as files; `files` is name -> (media type, bytes)."""
    root = FOLDER / "nginx"
    shutil.rmtree(root, ignore_errors=True)
    (root / "files").mkdir(parents=True)
    for name, (_, body) in files.items():
        (root / "files" / name).write_bytes(body)
    port = free_port()
    types = "".join(f"location = /{name} {{ default_type {kind.split(';')[0]}; }}\n"
                    for name, (kind, _) in files.items())
    (root / "nginx.conf").write_text(f"""daemon off; pid {root}/pid; error_log {root}/error.log;
user root; worker_processes auto;
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
  client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c;
  uwsgi_temp_path {root}/d; scgi_temp_path {root}/e;
  server {{ listen 127.0.0.1:{port}; root {root}/files; etag on;
{types} }}
}}
""")
    process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(root), "-c",
                                str(root / "nginx.conf")], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    wait_for(port, process)
    return process, port


def load(port, target, seconds, etag=None):
    """(requests per second, p99 in ms, failures) by wrk."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    if etag:
        script = FOLDER / "condition.lua"
        script.write_text(HEADER % etag)
        command += ["-s", str(script)]
    output = subprocess.run([*command, f"http://127.0.0.1:{port}{target}"], capture_output=True,
                            text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    p99 = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    failures = int(refused[1]) if refused else 0
    # Both servers end a connection after so many requests; wrk counts that as a read error.
    failures += sum(int(errors[i]) for i in (1, 3, 4)) if errors else 0
    return rate, p99, failures


def resident(process):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024


def idle_connections(port, count):
    """Open connections that have asked once and now say nothing."""
    held = []
    for _ in range(count):
        held.append(socket.create_connection(("127.0.0.1", port), 10))
        held[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        held[-1].recv(4096)
    return held


def slow_reader(port):
    """A connection that asks for everything and reads nothing, or next to nothing."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", port))
    reader.sendall(b"GET /api/v1/findings?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
    return reader


def drip(readers):
    """Reads a little of each for as long as it is open."""
    while readers:
        for reader in list(readers):
            try:
                reader.settimeout(0.01)
                if not reader.recv(2048):
                    readers.remove(reader)
            except TimeoutError:
                pass
            except OSError:
                readers.remove(reader)
        time.sleep(1)


def beside_slow_readers(port, target, seconds, say):
    """What is wrong with how others are served meanwhile, and with how the readers are ended."""
    wrong = []
    readers = [slow_reader(port) for _ in range(64)]
    threading.Thread(target=drip, args=(readers[::2],), daemon=True).start()
    rate, p99, failed = load(port, target, min(seconds, 4))
    say(f"- with 32 readers that do not read and 32 that read 2 KiB a second: {rate:,.0f} requests/s, "
        f"p99 {p99:.1f} ms, {failed} failed")
    if failed:
        wrong.append(f"slow readers: {failed} requests of others failed")
    began, ended = time.monotonic(), None
    while time.monotonic() - began < 90 and ended is None:
        time.sleep(0.5)
        open_here = sum(1 for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
                        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "01")
        if open_here == 0:
            ended = time.monotonic() - began
    say("- their connections were ended by the server "
        + (f"after {ended:.0f} s" if ended is not None else "NOT within 90 s"))
    if ended is None:
        wrong.append("a reader that does not read holds its worker")
    for reader in readers:
        reader.close()
    return wrong


def growth(server, port, target, options, say):
    """What is wrong with the memory after many requests."""
    wrong, sent, first = [], 0, None
    while sent < options.requests:
        rate, _, failed = load(port, target, options.seconds)
        sent += int(rate * options.seconds)
        if first is None and sent >= options.requests / 10:
            first = resident(server)
        if failed:
            wrong.append(f"{failed} of the many requests failed")
    last = resident(server)
    say(f"- memory after {options.requests // 10:,} requests {first / 2**20:.0f} MiB, after "
        f"{sent:,} {last / 2**20:.0f} MiB")
    if last > MOST_GROWTH * first:
        wrong.append(f"memory grew by {last / first:.2f}")
    return wrong


def main():
    parser = argparse.ArgumentParser(prog="./run bench api")
    parser.add_argument("--short", action="store_true", help="a smaller history and a second each")
    parser.add_argument("--models", type=int)
    parser.add_argument("--nights", type=int)
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--requests", type=int)
    parser.add_argument("--write-readme", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    forms = {"models": (1000, 100), "nights": (365, 30), "seconds": (5, 1), "rounds": (3, 1),
             "requests": (1_000_000, 100_000)}
    for name, (full, short) in forms.items():
        if getattr(options, name) is None:
            setattr(options, name, short if options.short else full)
    least_of_nginx = LEAST_OF_NGINX / (2 if options.short else 1)
    most_p99_ms = MOST_P99_MS * (2 if options.short else 1)
    lines = []  # for README

    def say(line=""):
        print(line, flush=True)
        lines.append(line)

    FOLDER.mkdir(parents=True, exist_ok=True)
    catalog, database = make_database(options.models, options.nights)
    server, port = start_assay(catalog, database)
    wrong = []
    try:
        _, body = get(port, "/api/v1/models?limit=1")
        slug = re.search(r'"slug":\s*"([^"]+)"', body.decode())[1]
        targets = {
            "one model": (f"/api/v1/models/{slug}", False),
            "contradicted findings": ("/api/v1/findings?verdict=contradicted", False),
            "changes": ("/api/v1/changes", False),
            "one model, 304": (f"/api/v1/models/{slug}", True),
            "page /": ("/", False),
            "page of a model": (f"/models/{slug}", False),
        }
        files, etags = {}, {}
        for name, (target, _) in targets.items():
            response, body = get(port, target)
            if response.status != 200:
                sys.exit(f"{target}: {response.status}")
            files[re.sub(r"\W", "-", name)] = (response.headers["Content-Type"], body)
            etags[name] = response.headers["ETag"]
        peer, peer_port = start_nginx(files)
        try:
            say(f"{options.models} models, {options.nights} nights; wrk with {CONNECTIONS} "
                f"connections, medians of {options.rounds} times {options.seconds} s, load "
                f"{os.getloadavg()[0]:.1f} at the start\n")
            say("| answer | bytes | assay, requests/s | p99 ms | nginx, requests/s | p99 ms "
                "| assay / nginx |\n|---|---|---|---|---|---|---|")
            for name, (target, conditional) in targets.items():
                file = re.sub(r"\W", "-", name)
                peer_etag = get(peer_port, f"/{file}")[0].headers["ETag"]
                ours, theirs = [], []
                for _ in range(options.rounds):
                    ours.append(load(port, target, options.seconds,
                                     etags[name] if conditional else None))
                    theirs.append(load(peer_port, f"/{file}", options.seconds,
                                       peer_etag if conditional else None))
                rate, p99 = (statistics.median(each[i] for each in ours) for i in (0, 1))
                peer_rate, peer_p99 = (statistics.median(each[i] for each in theirs) for i in (0, 1))
                failed = sum(each[2] for each in ours)
                size = 0 if conditional else len(files[file][1])
                say(f"| {name} | {size:,} | {rate:,.0f} | {p99:.1f} | {peer_rate:,.0f} "
                    f"| {peer_p99:.1f} | {rate / peer_rate:.2f} |")
                if failed:
                    wrong.append(f"{name}: {failed} requests failed")
                if p99 >= most_p99_ms:
                    wrong.append(f"{name}: p99 {p99:.1f} ms, target under {most_p99_ms:.0f}")
                if name.startswith("one model") and rate < least_of_nginx * peer_rate:
                    wrong.append(f"{name}: {rate / peer_rate:.2f} of nginx, target {least_of_nginx}")
        finally:
            peer.terminate()
            peer.wait()

        say()
        target = targets["one model"][0]
        held = idle_connections(port, 512)
        rate, p99, failed = load(port, target, min(options.seconds, 4))
        say(f"- with 512 idle connections: {rate:,.0f} requests/s, p99 {p99:.1f} ms, {failed} failed")
        if failed or p99 >= most_p99_ms:
            wrong.append(f"512 idle connections: p99 {p99:.1f} ms, {failed} requests failed")
        for connection in held:
            connection.close()
        if not options.short:
            wrong += beside_slow_readers(port, target, options.seconds, say)
        wrong += growth(server, port, target, options, say)
    finally:
        server.terminate()
        server.wait()
    for each in wrong:
        print(f"MISSED  {each}")
    print("all targets met" if not wrong else "")
    if options.write_readme:
        readme.write("api", lines)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
