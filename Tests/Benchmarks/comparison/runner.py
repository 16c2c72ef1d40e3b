"""Runs the rows: in rounds, the programs of a row one after the other, another one first in each round."""

from __future__ import annotations

from .figures import spoken
from .model import Board, Contestant, NotMeasured, Row
from .process import Failure
from .progress import Progress
from .stage import Stage


def rotated(contestants: tuple[Contestant, ...], turn: int) -> list[Contestant]:
    """The same contestants, another one first in each round."""
    start = turn % len(contestants)
    return [*contestants[start:], *contestants[:start]]


def rounds_of(row: Row, rounds: int) -> int:
    return min(rounds, row.rounds) if row.rounds else rounds


def in_order(rows: list[Row]) -> list[Row]:
    """Rows that change what was prepared run last, so that the others read what was prepared."""
    return sorted(rows, key=lambda row: row.changes_prepared)


def steps_of(rows: list[Row], rounds: int) -> int:
    runs = sum(len(row.warm_up) + rounds_of(row, rounds) * len(row.contestants) for row in rows)
    return runs + len({c.prepared for row in rows for c in row.contestants if c.prepared})


class Runner:
    def __init__(self, board: Board, rounds: int, stage: Stage, progress: Progress) -> None:
        self.board = board
        self.rounds = rounds
        self.stage = stage
        self.progress = progress

    def run(self) -> None:
        for row in in_order(list(self.board.rows.values())):
            try:
                self.stage.begin(row)
            except Failure as failure:
                for contestant in row.contestants:
                    self.board.fail(row, contestant, str(failure))
                self.progress.note(f"FAILED: {row.key}: {failure}")
                continue
            for contestant in row.warm_up:
                self.warm_up(row, contestant)
            for turn in range(rounds_of(row, self.rounds)):
                for contestant in rotated(row.contestants, turn):
                    self.run_one(row, contestant, turn)

    def warm_up(self, row: Row, contestant: Contestant) -> None:
        try:
            self.prepare(contestant)
            self.progress.step(f"{row.title}: {contestant.name}, warming up")
            self.stage.sample(contestant)
        except (Failure, NotMeasured) as failure:
            # What is wrong shows where it counts.
            self.progress.note(f"Warming up failed: {row.key}, {contestant.name}: {failure}")

    def run_one(self, row: Row, contestant: Contestant, turn: int) -> None:
        try:
            self.prepare(contestant)
            self.progress.step(f"{row.title}: {contestant.name}, round {turn + 1}")
            if not self.board.has_failed(row, contestant):
                self.board.add(row, contestant, self.stage.sample(contestant))
        except (Failure, NotMeasured) as failure:
            self.board.fail(row, contestant, str(failure))
            self.progress.note(f"FAILED: {row.key}, {contestant.name}: {failure}")

    def prepare(self, contestant: Contestant) -> None:
        prepared = contestant.prepared
        if prepared is not None and not self.stage.has(prepared):
            self.progress.step(f"prepares {spoken(prepared.events)} events: {prepared.program}")
            self.stage.need(prepared)
