"""The table, for a terminal and as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from .figures import megabytes, significant
from .model import Board, Judgement, Row

GOAL = ("goal", "found", "met")


@dataclass(frozen=True)
class Columns:
    """What a suite shows of each row in front of its goals. The first column is the row's title."""

    headings: tuple[str, ...]
    cells: Callable[[Row, Board], list[str]]


def found(judgement: Judgement) -> str:
    if judgement.found is None:
        return "–"
    unit = judgement.goal.unit
    if unit == "MB":
        return megabytes(judgement.found)
    if unit == "µs":
        return f"{significant(judgement.found / 1000)} ms"
    if unit == "$":
        return f"${judgement.found:.2f}"
    return f"{judgement.found:.2f} ×"


def met(judgement: Judgement) -> str:
    if judgement.met is None:
        return "not measured"
    return "yes" if judgement.met else "NO"


def table(board: Board, columns: Columns) -> list[list[str]]:
    """All lines, one for each goal; a second goal of a row has a line that is empty in front of it."""
    lines = []
    for row in board.rows.values():
        judgements = [goal.judge(board) for goal in row.goals]
        first = columns.cells(row, board)
        failed = board.errors[row.key]
        if failed:
            first[0] += " FAILED: " + ", ".join(sorted(failed))
        if not judgements:
            lines.append([*first, *[""] * len(GOAL)])
        for index, judgement in enumerate(judgements):
            front = first if index == 0 else [""] * len(first)
            lines.append([*front, judgement.goal.text, found(judgement), met(judgement)])
    return lines


def plain(board: Board, columns: Columns) -> str:
    lines = [[*columns.headings, *GOAL], *table(board, columns)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    shown.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(shown)


def escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def markdown(board: Board, columns: Columns) -> str:
    figures = "|---:" * (len(columns.headings) - 1)
    lines = [f"| {' | '.join((*columns.headings, *GOAL))} |", f"|---{figures}|---|---:|---|"]
    for line in table(board, columns):
        cells = [escaped(cell) for cell in line]
        if cells[-1] == "NO":
            cells[-1] = "**no**"
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def errors(board: Board) -> list[str]:
    return [
        f"{row}, {name}: {error}" for row, failures in board.errors.items() for name, error in sorted(failures.items())
    ]
