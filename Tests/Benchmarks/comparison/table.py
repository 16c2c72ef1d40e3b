"""The table, for a terminal and as Markdown."""

from __future__ import annotations

from .model import LIMIT, OURS, Board, Goal, Judgement, NotMeasured, Row

HEADINGS = ("row", "ours", "limit", "ratio", "best peer", "ratio", "goal", "found", "met")


def significant(value: float) -> str:
    """Three digits that mean something, and separators: 1,230 or 0.0123."""
    if value == 0:
        return "0"
    digits = 3
    magnitude = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if magnitude >= digits:
        return f"{round(value, digits - magnitude):,.0f}"
    return f"{value:.{digits}g}"


def quantity(value: float, unit: str) -> str:
    """A figure in the unit of its row; memory is counted in bytes and shown in megabytes."""
    if unit == "MB at most":
        return f"{significant(value / 1e6)} MB"
    if unit == "of the rate":
        return f"{value:.2f} of the rate"
    if unit.startswith("µs"):
        return f"{significant(value)} {unit}"
    return f"{significant(value)} {unit}"


def found(judgement: Judgement) -> str:
    if judgement.found is None:
        return "–"
    goal: Goal = judgement.goal
    if goal.unit == "MB":
        return f"{significant(judgement.found / 1e6)} MB"
    if goal.unit == "µs":
        return f"{significant(judgement.found / 1000)} ms"
    return f"{judgement.found:.2f} ×"


def met(judgement: Judgement) -> str:
    if judgement.met is None:
        return "not measured"
    return "yes" if judgement.met else "NO"


def times(value: float) -> str:
    return f"{value:.2f}" if value < 10 else significant(value)


def line_of(row: Row, board: Board) -> list[str]:
    """The cells of a row in front of the goals."""
    figures = board.figures(row)
    ours = figures.get(OURS)
    reference = figures.get(LIMIT if row.derive else row.reference)
    cells = [row.title, "–", "–", "–", "–", "–"]
    if ours is not None:
        cells[1] = quantity(ours, row.unit)
    if row.key == "chain" and LIMIT in figures:
        # It is about the limit alone.
        cells[1], ours = "–", None
        cells[2] = quantity(figures[LIMIT], row.unit) + " with hashes"
        if reference:
            cells[2] += f", {quantity(reference, row.unit)} without"
            cells[3] = times(figures[LIMIT] / reference)
        return cells
    if reference is not None:
        cells[2] = quantity(reference, row.unit) + ("" if row.reference == LIMIT else f" ({row.reference})")
        if ours is not None and reference > 0:
            cells[3] = times(ours / reference)
    try:
        name, value = board.best_peer(row.key)
    except NotMeasured:
        return cells
    cells[4] = f"{quantity(value, row.unit)} ({name})"
    if ours is not None and value > 0:
        cells[5] = times(ours / value)
    return cells


def table(board: Board) -> list[list[str]]:
    """All lines, one for each goal; a second goal of a row has a line that is empty in front of it."""
    lines = []
    for row in board.rows.values():
        judgements = [goal.judge(board) for goal in row.goals]
        first = line_of(row, board)
        failed = board.errors[row.key]
        if failed:
            first[0] += " FAILED: " + ", ".join(sorted(failed))
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


def escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def markdown(board: Board) -> str:
    lines = [f"| {' | '.join(HEADINGS)} |", f"|---{'|---:' * 5}|---|---:|---|"]
    for line in table(board):
        cells = [escaped(cell) for cell in line]
        if cells[-1] == "NO":
            cells[-1] = "**no**"
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def errors(board: Board) -> list[str]:
    return [
        f"{row}, {name}: {error}" for row, failures in board.errors.items() for name, error in sorted(failures.items())
    ]
