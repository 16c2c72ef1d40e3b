"""The collector of the examples: a whole system on the ledger, with its workers as processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from ..build import REPOSITORY, Tools
from ..model import Board, Sample
from ..process import Failure, Processes, measure
from ..suite import Remarks

BESIDE_THE_REPOSITORY = REPOSITORY.parent / "shared" / "data" / "arxiv"
# So many users' tasks may begin in a second: as many as there are, so that the limit of the queue measures nothing.
RATE = 100_000


def corpus_year(corpus: Path) -> int:
    """The year of the last day file, which scores are counted from."""
    days = sorted(path.name for path in corpus.glob("[0-9][0-9][0-9][0-9]-*.json*"))
    return int(days[-1][:4]) if days else datetime.now().year


def found_corpus(given: Optional[str]) -> Optional[Path]:
    """The folder of day files: the one that is named, else the one beside the repository, else none."""
    if given:
        return Path(given).resolve()
    return BESIDE_THE_REPOSITORY if any(BESIDE_THE_REPOSITORY.glob("*.json*")) else None


class Collector:
    def __init__(
        self, tools: Tools, processes: Processes, folder: Path, corpus: Optional[Path], timeout: int
    ) -> None:
        self.tools = tools
        self.processes = processes
        self.folder = folder
        self.corpus = corpus
        self.timeout = timeout

    def run(self, users: int, workers: int) -> Sample:
        files = self.folder / "collector"
        files.mkdir()
        try:
            return self.run_in(files, users, workers)
        finally:
            shutil.rmtree(files, ignore_errors=True)

    def run_in(self, files: Path, users: int, workers: int) -> Sample:
        collector, worker = self.tools.command("collector"), self.tools.command("worker")
        ledger = files / "ledger.sqlite"
        register = [*collector, "register", "--users", str(users), "--ledger", str(ledger), "--json"]
        measure(self.processes, self.tools.launcher, register, files, self.timeout)
        before = last_position(ledger)
        running = []
        try:
            for number in range(workers):
                usage = files / f"worker-{number}.json"
                with (files / f"worker-{number}.log").open("wb") as log:
                    command = [str(self.tools.launcher), str(usage), *worker, "--ledger", str(ledger)]
                    running.append((self.processes.start(command, files, log, log), usage))
            command = [
                *collector, "run", "--fanout", "--wait", "--timeout", str(self.timeout), "--dispatches-per-second",
                str(RATE), "--ledger", str(ledger), "--json",
            ]
            if self.corpus:
                command += ["--corpus", str(self.corpus), "--year", str(corpus_year(self.corpus))]
            start = time.monotonic()
            report, usage = measure(self.processes, self.tools.launcher, command, files, self.timeout + 60)
            seconds = time.monotonic() - start
        finally:
            for process, _ in running:
                self.end(process)
        if not report.get("isComplete"):
            raise Failure("the run was not completed")
        workers_usage = [json.loads(path.read_text()) for _, path in running if path.exists()]
        events = last_position(ledger) - before
        papers = float(report.get("papers", 0))
        cpu = [usage["userSeconds"] + usage["systemSeconds"]]
        cpu += [each["userSeconds"] + each["systemSeconds"] for each in workers_usage]
        return Sample(
            events, seconds, cpu_seconds=sum(cpu),
            output={
                "users": users, "workers": workers, "papers": papers, "papersPerSecond": papers / seconds,
                "corpus": "a month of arXiv" if self.corpus else "the bundled sample", "events": events,
                "whereTheTimeGoes": where_the_time_goes(ledger, before, seconds, report, cpu),
                "peakBytes": {
                    "collector": usage["peakBytes"], "workers": [each["peakBytes"] for each in workers_usage]},
            })

    def end(self, process: Any) -> None:
        # The launcher waits for its worker, so the signal to their group ends both; the worker writes down what it used
        # only when the launcher lives on. So the worker alone is asked, and the launcher follows.
        for child in children_of(process.pid):
            try:
                os.kill(child, 15)
            except ProcessLookupError:
                pass
        try:
            process.wait(30)
        except Exception:
            pass
        self.processes.kill(process)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def read(ledger: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise Failure(f"the ledger could not be read: {error}") from error
    finally:
        connection.close()


def last_position(ledger: Path) -> int:
    return read(ledger, "SELECT coalesce(max(position), 0) FROM events")[0][0]


def where_the_time_goes(
    ledger: Path, before: int, seconds: float, report: dict[str, Any], cpu: list[float]
) -> dict[str, Any]:
    """The phases of a run by the times that its events were recorded at, and processor time beside wall time."""
    times = {
        name: (count, first / 1e6, last / 1e6)
        for name, count, first, last in read(
            ledger,
            "SELECT t.name, count(*), min(e.recorded_at), max(e.recorded_at) FROM events e JOIN types t"
            " ON t.id = e.type_id WHERE e.position > ? GROUP BY t.name", before)
    }
    commits = read(ledger, "SELECT count(*) FROM commits WHERE position > ?", before)[0][0]
    running = float(report.get("seconds", seconds))
    phases: dict[str, Any] = {
        "startAndReadPapersSeconds": round(max(seconds - running, 0), 3),
        "runSeconds": round(running, 3),
        "collectorCpuSeconds": round(cpu[0], 3),
        "workersCpuSeconds": [round(each, 3) for each in cpu[1:]],
        "commits": commits,
        "events": {name: count for name, (count, _, _) in sorted(times.items())},
    }
    started, digests = times.get("run.started"), times.get("digest.created")
    completed = times.get("run.completed")
    if started and digests:
        phases["untilFirstDigestSeconds"] = round(digests[1] - started[1], 3)
        phases["digestsSeconds"] = round(digests[2] - digests[1], 3)
    if digests and completed:
        phases["untilCompletedSeconds"] = round(completed[2] - digests[2], 3)
    return phases


def remarks(board: Board) -> Optional[Remarks]:
    """Where the time goes in the collector, in the last round of each row."""
    parts = []
    for key, row in board.rows.items():
        samples = [sample for found in board.samples[key].values() for sample in found]
        if not key.startswith("collector") or not samples:
            continue
        output, last = samples[-1].output, samples[-1]
        phases = output["whereTheTimeGoes"]
        parts.append(
            f"- {row.title}, {output['corpus']}: {last.operations:,.0f} events and {output['papers']:,.0f} papers in "
            f"{last.seconds:.2f} s, {output['papersPerSecond']:,.0f} papers/s. Start and reading papers "
            f"{phases['startAndReadPapersSeconds']} s, then the run {phases['runSeconds']} s: until the first digest "
            f"{phases.get('untilFirstDigestSeconds', '–')} s, digests {phases.get('digestsSeconds', '–')} s, until "
            f"completed {phases.get('untilCompletedSeconds', '–')} s. Processor time: collector "
            f"{phases['collectorCpuSeconds']} s, workers {', '.join(map(str, phases['workersCpuSeconds']))} s. "
            f"{phases['commits']:,} commits.")
    return Remarks("Where the collector's time goes", "\n".join(parts)) if parts else None
