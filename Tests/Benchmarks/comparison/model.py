"""Rows, who takes part in them, what was measured, and what was wanted."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

# What a row counts.
RATE = "rate"  # operations a second: more is better
PEAK = "peak"  # bytes of memory: less is better
P99 = "p99"  # microseconds: less is better

OURS = "ours"
LIMIT = "limit"


class NotMeasured(Exception):
    """A quantity is asked for that no run has given."""


@dataclass(frozen=True)
class Prepared:
    """So many events that are made once, by this command of a program, and used by several rows."""

    program: str
    events: int
    command: str = "prepare"


@dataclass(frozen=True)
class Contestant:
    """One program in one row.

    In the arguments, names in braces stand for what the stage of the suite gives each run, such as `{ledger}` for a new
    file or `{project}` for a new project, and `{prepared}` for the prepared one.
    """

    name: str
    program: str
    arguments: tuple[str, ...] = ()
    prepared: Optional[Prepared] = None
    metric: str = RATE
    is_peer: bool = False
    # Whether the run that prepares is what is measured.
    is_preparation: bool = False


@dataclass
class Sample:
    """One run."""

    operations: float
    seconds: float
    peak_bytes: Optional[int] = None
    cpu_seconds: Optional[float] = None
    output: dict[str, Any] = field(default_factory=dict)

    def value(self, metric: str) -> float:
        if metric == PEAK:
            if self.peak_bytes is None:
                raise NotMeasured("The peak memory was not measured.")
            return float(self.peak_bytes)
        if metric == P99:
            try:
                return float(self.output["microseconds"]["p99"])
            except (KeyError, TypeError, ValueError):
                raise NotMeasured("The program did not print its p99.") from None
        if self.seconds <= 0:
            raise NotMeasured("The run took no time.")
        return self.operations / self.seconds


@dataclass(frozen=True)
class Goal:
    """What a row is to reach: a quantity of at least or at most so much."""

    text: str
    quantity: Callable[["Board"], float]
    least: Optional[float] = None
    most: Optional[float] = None
    # How the quantity is written.
    unit: str = "×"

    def judge(self, board: "Board") -> "Judgement":
        try:
            found = self.quantity(board)
        except NotMeasured as reason:
            return Judgement(self, None, None, str(reason))
        met = (self.least is None or found >= self.least) and (self.most is None or found <= self.most)
        return Judgement(self, found, met, None)


@dataclass(frozen=True)
class Judgement:
    goal: Goal
    found: Optional[float]
    # None where it could not be measured.
    met: Optional[bool]
    reason: Optional[str]


@dataclass(frozen=True)
class Row:
    key: str
    title: str
    unit: str
    contestants: tuple[Contestant, ...]
    goals: tuple[Goal, ...] = ()
    durability: str = ""
    note: str = ""
    # At most so many rounds.
    rounds: Optional[int] = None
    # Runs before the first round, which count for nothing.
    warm_up: tuple[Contestant, ...] = ()
    # With whom ours is compared in the column of the limit.
    reference: str = LIMIT
    # Rows that change what was prepared come after those that only read it.
    changes_prepared: bool = False
    # What it needs beside the programs of its contestants.
    programs: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    # Replaces the medians by what the row is about, by name: for ratios of ratios.
    derive: Optional[Callable[["Board"], dict[str, float]]] = None

    def contestant(self, name: str) -> Contestant:
        for contestant in self.contestants:
            if contestant.name == name:
                return contestant
        raise NotMeasured(f"Nobody is called '{name}' in the row '{self.key}'.")

    @property
    def is_less_better(self) -> bool:
        return any(contestant.metric in (PEAK, P99) for contestant in self.contestants)


class Board:
    """All that was measured."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = {row.key: row for row in rows}
        self.samples: dict[str, dict[str, list[Sample]]] = {row.key: {} for row in rows}
        self.errors: dict[str, dict[str, str]] = {row.key: {} for row in rows}

    def add(self, row: Row, contestant: Contestant, sample: Sample) -> None:
        sample.value(contestant.metric)
        self.samples[row.key].setdefault(contestant.name, []).append(sample)

    def fail(self, row: Row, contestant: Contestant, error: str) -> None:
        self.errors[row.key].setdefault(contestant.name, error)

    def has_failed(self, row: Row, contestant: Contestant) -> bool:
        return contestant.name in self.errors[row.key]

    def median(self, key: str, name: str) -> float:
        """The median over the rounds of what a contestant of a row reached."""
        if key not in self.rows:
            raise NotMeasured(f"The row '{key}' was not run.")
        row = self.rows[key]
        metric = row.contestant(name).metric
        if name in self.errors[key]:
            raise NotMeasured(f"'{name}' failed in the row '{key}'.")
        samples = self.samples[key].get(name, [])
        if not samples:
            raise NotMeasured(f"The row '{key}' was not run.")
        return statistics.median(sample.value(metric) for sample in samples)

    def ratio(self, key: str, name: str, other: str) -> float:
        divisor = self.median(key, other)
        if divisor <= 0:
            raise NotMeasured(f"'{other}' is zero in the row '{key}'.")
        return self.median(key, name) / divisor

    def best_peer(self, key: str) -> tuple[str, float]:
        """The fastest peer of a row. One that failed is not among them."""
        found = []
        for contestant in self.rows[key].contestants if key in self.rows else ():
            if contestant.is_peer:
                try:
                    found.append((contestant.name, self.median(key, contestant.name)))
                except NotMeasured:
                    pass
        if not found:
            raise NotMeasured(f"No peer was measured in the row '{key}'.")
        return max(found, key=lambda pair: pair[1])

    def figures(self, row: Row) -> dict[str, float]:
        """What a row shows, by name."""
        if row.derive is not None:
            try:
                return row.derive(self)
            except NotMeasured:
                return {}
        figures = {}
        for contestant in row.contestants:
            try:
                figures[contestant.name] = self.median(row.key, contestant.name)
            except NotMeasured:
                pass
        return figures
