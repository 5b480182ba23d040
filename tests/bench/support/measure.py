"""Runs programs and measures them: wall time, processor time, peak memory."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    """One execution of a program."""

    seconds: float  # by the clock on the wall
    cpu_seconds: float  # of all its threads and of what it started
    peak_bytes: int  # largest resident set; never less than that of this script
    exit_code: int  # negative: the signal that ended it
    output: str  # both streams


@dataclass
class Runs:
    """All executions of one program on one input."""

    runs: list = field(default_factory=list)

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

    @property
    def seconds(self):
        return self.median("seconds")

    @property
    def cpu_seconds(self):
        return self.median("cpu_seconds")

    @property
    def peak_bytes(self):
        return self.median("peak_bytes")


def run(command, output_path):
    """Runs `command`; what it prints goes through the file `output_path`."""
    with open(output_path, "w+b") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024,
               process.returncode, text)


def interleaved(commands, rounds, output_path):
    """Runs each of `commands` (name to command) once per round, A B C A B C …, so that what else
    the machine does falls on all of them. The first round only warms up."""
    measured = {name: Runs() for name in commands}
    for round_number in range(rounds + 1):
        for name, command in commands.items():
            result = run(command, output_path)
            if round_number > 0:
                measured[name].runs.append(result)
    return measured
