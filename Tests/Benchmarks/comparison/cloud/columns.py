"""What the table shows of the rows on Google Cloud: ours beside the emulator's limit and the best peer, with processor
time and memory."""

from __future__ import annotations

from ..figures import megabytes, quantity, significant, times
from ..model import LIMIT, OURS, Board, NotMeasured, Row
from ..table import Columns
from .rows import COST, cpu_per_operation, peak


def microseconds(board: Board, key: str, name: str) -> str:
    try:
        return f"{significant(cpu_per_operation(board, key, name))} µs"
    except NotMeasured:
        return "–"


def cells(row: Row, board: Board) -> list[str]:
    cells = [row.title, *["–"] * 8]
    if row.key == COST:
        # It is about the goals alone: a rate of events says nothing of a month.
        return cells
    figures = board.figures(row)
    ours, limit = figures.get(OURS), figures.get(LIMIT)
    if ours is not None:
        cells[1] = quantity(ours, row.unit)
    if limit is not None:
        cells[2] = quantity(limit, row.unit)
        if ours is not None and limit > 0:
            cells[3] = times(ours / limit)
    cells[6] = microseconds(board, row.key, OURS)
    try:
        cells[8] = megabytes(peak(board, row.key, OURS))
    except NotMeasured:
        pass
    try:
        name, value = board.best_peer(row.key)
    except NotMeasured:
        return cells
    cells[4] = f"{quantity(value, row.unit)} ({name})"
    cells[7] = microseconds(board, row.key, name)
    if ours is not None and value > 0:
        cells[5] = times(ours / value)
    return cells


COLUMNS = Columns(("row", "ours", "limit", "ratio", "best peer", "ratio", "CPU, ours", "CPU, peer", "peak memory"), cells)
