#!/usr/bin/env python3
# `assay audit` killed again and again: what is in the database afterwards, and what is asked again.
"""usage: ./run bench crash [--short] [--rounds N] [--seed N] [--write-readme]

Serves the recorded, constructed answers of data/sample as a Hub on 127.0.0.1 and kills audits of
data/models.yaml at random moments (SIGKILL), each time resuming with --max-age 24h; every eleventh may
end, and must have the verdicts of an audit that nobody killed. After every kill
the database must be sound, no run wrongly complete, and every verdict judged before still there; a
resumed audit must not ask for what is stored. Prints a line per kill. Ends with 1 when one of these
does not hold. --short: six kills, the sixth audit may end.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support import readme

ROOT = Path(__file__).resolve().parents[2]
ASSAY = os.environ["ASSAY"]
FOLDER = Path(os.environ["ASSAY_BENCH_DIR"])
FAULTS = ("source_unreachable", "verifier_unable")


class Hub(BaseHTTPRequestHandler):
    """Answers from the recording, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    answers = {}
    base = origin = ""
    asked = []
    lock = threading.Lock()

    def do_GET(self):
        with self.lock:
            self.asked.append(self.path)
        time.sleep(0.002)
        exchange = self.answers.get(self.path, {"status": 404, "headers": {}, "text": ""})
        body = exchange.get("text")
        body = (json.dumps(exchange["json"]) if body is None else body).encode()
        self.send_response(exchange.get("status", 200))
        for name, value in exchange.get("headers", {}).items():
            if name != "content-length":
                # Links lead to this Hub, as those of the real one lead to itself.
                self.send_header(name, value.replace(self.base, self.origin))
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that was killed is what this is about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Audit:
    """Audits into one database."""

    def __init__(self, database, port):
        self.database = database
        self.origin = f"http://127.0.0.1:{port}"
        self.remove()

    def remove(self):
        for suffix in ("", "-wal", "-shm", ".lock"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)

    def start(self):
        return subprocess.Popen(
            [ASSAY, "audit", "--catalog", ROOT / "data/models.yaml", "--db", self.database,
             "--only", "quantizations", "--max-age", "24h"],
            env={"PATH": os.environ["PATH"], "HF_ENDPOINT": self.origin, "HOME": str(FOLDER)},
            cwd=FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, sql):
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def tables(self):
        return {row[0] for row in self.ask("SELECT name FROM sqlite_schema WHERE type = 'table'")}

    def stored(self):
        """Targets that have a usable answer."""
        rows = self.ask("SELECT s.value FROM evidence e JOIN string s ON s.id = e.url "
                        "WHERE e.status IN (200, 304) AND e.outcome IS NULL")
        return {url.removeprefix(self.origin) for (url,) in rows}

    def judged(self):
        return {(entry, label, verdict) for entry, label, verdict in self.ask(
            "SELECT s.value, p.label, p.verdict FROM period p JOIN string s ON s.id = p.entry "
            "WHERE p.closed_at IS NULL") if verdict not in FAULTS}


def serve_recording():
    recording = json.loads((ROOT / "data/sample/hub.json").read_text())
    Hub.answers = {exchange["url"]: exchange for exchange in recording["exchanges"]
                   if not exchange.get("outcome")}
    server = Server(("127.0.0.1", 0), Hub)
    Hub.base, Hub.origin = recording["base"], f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def check(audit, before, expected):
    """What is wrong with the database of an audit that was killed or ended."""
    wrong = []
    if audit.ask("PRAGMA integrity_check") != [("ok",)]:
        wrong.append("integrity check fails")
    if audit.ask("PRAGMA foreign_key_check"):
        wrong.append("foreign keys are broken")
    if audit.ask("SELECT 1 FROM run WHERE status = 'complete'") and audit.judged() != expected:
        wrong.append("a run counts as complete that is not")
    if not before <= audit.judged():
        wrong.append(f"{len(before - audit.judged())} verdicts are lost")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--short", action="store_true", help="six kills, the sixth audit may end")
    parser.add_argument("--write-readme", action="store_true")
    options = parser.parse_args()
    if options.short:
        options.rounds = 6
    in_a_row = 5 if options.short else 10
    chance = random.Random(options.seed)
    print(f"seed {options.seed}, {options.rounds} kills")

    server = serve_recording()
    whole = Audit(FOLDER / "whole.db", server.server_port)
    began = time.monotonic()
    whole.start().wait()
    length = time.monotonic() - began
    expected = whole.judged()
    print(f"an audit that nobody kills: {length:.1f} s, {len(Hub.asked)} requests, "
          f"{len(expected)} verdicts")

    failures = kills = campaigns = 0
    audit = Audit(FOLDER / "crash.db", server.server_port)
    while kills < options.rounds:
        tables = audit.tables() if Path(audit.database).exists() else set()
        known = audit.stored() if "change" in tables else set()
        before = audit.judged() if "change" in tables else set()
        Hub.asked.clear()
        process = audit.start()
        # So many kills, then one is let through.
        last = kills % in_a_row == 0 and kills // in_a_row > campaigns
        try:
            process.wait(timeout=None if last else chance.uniform(0, length / 3))
            killed = False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed = process.wait() == -signal.SIGKILL
        wrong = [f"asked again for {target}" for target in set(Hub.asked) & known]
        kills += killed
        if not Path(audit.database).exists() or "change" not in audit.tables():
            print(f"kill {kills}: before there were tables")
            continue
        wrong += check(audit, before, expected)
        if not killed:
            campaigns += 1
            if audit.judged() != expected:
                wrong.append("the verdicts are not those of an audit that nobody killed")
        failures += len(wrong)
        what = f"kill {kills}" if killed else "ended by itself"
        print(f"{what}: {len(Hub.asked)} requests, {len(audit.stored())} answers stored, "
              f"{len(audit.judged())} verdicts{''.join('; WRONG: ' + each for each in wrong)}")
        if not killed:
            audit.remove()
    ended = f"{kills} kills, {campaigns} audits resumed to their end, {failures} failures"
    print(ended)
    server.shutdown()
    if options.write_readme:
        readme.write("crash", [ended + "."])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
