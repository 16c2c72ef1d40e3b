"""Runs the rows: in rounds, the programs of a row one after the other, another one first in each round."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from .build import Tools
from .collector import Collector
from .model import Board, Contestant, NotMeasured, Row, Sample
from .prepared import PreparedFiles
from .process import Failure, Processes, measure, sample_of
from .progress import Progress
from .sizes import Sizes, spoken


def rotated(contestants: tuple[Contestant, ...], turn: int) -> list[Contestant]:
    """The same contestants, another one first in each round."""
    start = turn % len(contestants)
    return [*contestants[start:], *contestants[:start]]


def rounds_of(row: Row, rounds: int) -> int:
    return min(rounds, row.rounds) if row.rounds else rounds


def in_order(rows: list[Row]) -> list[Row]:
    """Rows that change prepared files run last, so that the others read what was prepared."""
    return sorted(rows, key=lambda row: row.changes_prepared)


def steps_of(rows: list[Row], rounds: int) -> int:
    runs = sum(rounds_of(row, rounds) * len(row.contestants) for row in rows)
    return runs + len({c.prepared for row in rows for c in row.contestants if c.prepared})


class Runner:
    def __init__(
        self, board: Board, sizes: Sizes, rounds: int, tools: Tools, processes: Processes, folder: Path,
        progress: Progress, collector: Collector
    ) -> None:
        self.board = board
        self.sizes = sizes
        self.rounds = rounds
        self.tools = tools
        self.processes = processes
        self.folder = folder
        self.progress = progress
        self.collector = collector
        self.prepared = PreparedFiles(folder, tools, processes, sizes.timeout)

    def run(self) -> None:
        for row in in_order(list(self.board.rows.values())):
            if row.is_optional and not self.is_known(row):
                self.progress.note(f"Left out, because ours does not know it: {row.key}")
                continue
            for turn in range(rounds_of(row, self.rounds)):
                for contestant in rotated(row.contestants, turn):
                    self.run_one(row, contestant, turn)

    def is_known(self, row: Row) -> bool:
        """Whether the programs list the row as one of their commands."""
        for contestant in row.contestants:
            try:
                done = subprocess.run(
                    [*self.tools.command(contestant.program), "--help"], capture_output=True, text=True, timeout=60)
            except (Failure, OSError, subprocess.TimeoutExpired):
                return False
            if not any(line.split()[:1] == [contestant.arguments[0]] for line in done.stdout.splitlines()):
                return False
        return True

    def run_one(self, row: Row, contestant: Contestant, turn: int) -> None:
        try:
            if contestant.prepared is not None and not self.prepared.has(contestant.prepared):
                prepared = contestant.prepared
                self.progress.step(f"prepares {spoken(prepared.events)} events: {prepared.program}")
                self.prepared.need(contestant)
            self.progress.step(f"{row.title}: {contestant.name}, round {turn + 1}")
            if not self.board.has_failed(row, contestant):
                self.board.add(row, contestant, self.sample(row, contestant))
        except (Failure, NotMeasured) as failure:
            self.board.fail(row, contestant, str(failure))
            self.progress.note(f"FAILED: {row.key}, {contestant.name}: {failure}")

    def sample(self, row: Row, contestant: Contestant) -> Sample:
        if contestant.program == "collector":
            users, workers = map(int, contestant.arguments)
            return self.collector.run(users, workers)
        if contestant.is_preparation:
            self.prepared.need(contestant)
            assert contestant.prepared is not None
            return self.prepared.samples[contestant.prepared]
        files = self.folder / "run"
        files.mkdir()
        try:
            names = {"ledger": str(files / "ledger.sqlite"), "into": str(files / "into.sqlite")}
            if contestant.prepared is not None:
                names["prepared"] = str(self.prepared.need(contestant))
            command = [
                *self.tools.command(contestant.program), *(part.format(**names) for part in contestant.arguments)]
            return sample_of(
                *measure(self.processes, self.tools.launcher, command, self.folder, self.sizes.timeout))
        finally:
            shutil.rmtree(files, ignore_errors=True)
