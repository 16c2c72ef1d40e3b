"""A suite: rows that are run together, and all that is their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional

from .build import Programs
from .model import Board, Row
from .stage import Setting, Stage
from .table import Columns


@dataclass(frozen=True)
class Remarks:
    """What is said below the table: a heading and Markdown."""

    heading: str
    text: str


@dataclass(frozen=True)
class Suite:
    command: str
    # The rows, at one of the two sizes. Of sizes, everybody knows `rounds` and `timeout`.
    rows: Callable[[Any], list[Row]]
    full: Any
    quick: Any
    # What they are run with, and where.
    programs: Programs
    stage: Callable[[Setting], Stage]
    # Whether the data files must lie on a disk.
    needs_disk: bool
    # Where the results go: NAME.json and NAME.md, NAME.svg with a plot, and the table between the marks of the guide.
    name: str
    title: str
    columns: Columns
    mark: str
    has_plot: bool = False
    # What the results must not be read without.
    caveat: str = ""
    remarks: Callable[[Board], Optional[Remarks]] = lambda board: None
    # What else the JSON says.
    facts: Callable[[Board], dict[str, Any]] = lambda board: {}

    def sizes(self, is_quick: bool) -> Any:
        return self.quick if is_quick else self.full


def chosen(rows: list[Row], keys: list[str]) -> list[Row]:
    """The rows of these keys, or whose key begins with one of them."""
    found = [row for row in rows if any(row.key == key or row.key.startswith(key + "-") for key in keys)]
    unknown = [key for key in keys if not any(row.key == key or row.key.startswith(key + "-") for row in rows)]
    if unknown:
        known = ", ".join(row.key for row in rows)
        raise ValueError(f"There is no row '{unknown[0]}'. There are: {known}.")
    return found


def programs_of(rows: list[Row]) -> set[str]:
    """The names of the programs that rows need."""
    used = {contestant.program for row in rows for contestant in row.contestants}
    prepare = {c.prepared.program for row in rows for c in row.contestants if c.prepared}
    return used | prepare | {program for row in rows for program in row.programs}
