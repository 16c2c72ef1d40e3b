"""The table of the rows on Google Cloud."""

from __future__ import annotations

from ..model import OURS, Board, Judgement, NotMeasured, Row
from ..table import escaped, found as found_ratio, met, quantity, significant, times
from .rows import cpu_per_operation, peak

HEADINGS = ("row", "ours", "best peer", "ratio", "CPU, ours", "CPU, peer", "peak memory", "goal", "found", "met")
# Of what the row counts that is not the flow of a month.
COST = "cost"


def found(judgement: Judgement) -> str:
    if judgement.found is not None and judgement.goal.unit == "$":
        return f"${judgement.found:.2f}"
    return found_ratio(judgement)


def microseconds(board: Board, key: str, name: str) -> str:
    try:
        return f"{significant(cpu_per_operation(board, key, name))} µs"
    except NotMeasured:
        return "–"


def line_of(row: Row, board: Board) -> list[str]:
    """The cells of a row in front of the goals."""
    cells = [row.title, *["–"] * 6]
    if row.key == COST:
        return cells
    ours = board.figures(row).get(OURS)
    if ours is not None:
        cells[1] = quantity(ours, row.unit)
    cells[4] = microseconds(board, row.key, OURS)
    try:
        cells[6] = f"{significant(peak(board, row.key, OURS) / 1e6)} MB"
    except NotMeasured:
        pass
    try:
        name, value = board.best_peer(row.key)
    except NotMeasured:
        return cells
    cells[2] = f"{quantity(value, row.unit)} ({name})"
    cells[5] = microseconds(board, row.key, name)
    if ours is not None and value > 0:
        cells[3] = times(ours / value)
    return cells


def table(board: Board) -> list[list[str]]:
    lines = []
    for row in board.rows.values():
        first = line_of(row, board)
        failed = board.errors[row.key]
        if failed:
            first[0] += " FAILED: " + ", ".join(sorted(failed))
        judgements = [goal.judge(board) for goal in row.goals]
        if not judgements:
            lines.append([*first, "", "", ""])
        for index, judgement in enumerate(judgements):
            front = first if index == 0 else [""] * len(first)
            lines.append([*front, judgement.goal.text, found(judgement), met(judgement)])
    return lines


def plain(board: Board) -> str:
    lines = [list(HEADINGS), *table(board)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    shown.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(shown)


def markdown(board: Board) -> str:
    lines = [f"| {' | '.join(HEADINGS)} |", f"|---{'|---:' * 6}|---|---:|---|"]
    for line in table(board):
        cells = [escaped(cell) for cell in line]
        if cells[-1] == "NO":
            cells[-1] = "**no**"
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
