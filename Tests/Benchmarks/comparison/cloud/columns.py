"""What the table shows of the rows on Google Cloud: ours beside the best peer, with processor time and memory."""

from __future__ import annotations

from ..figures import megabytes, quantity, significant, times
from ..model import OURS, Board, NotMeasured, Row
from ..table import Columns
from .rows import COST, cpu_per_operation, peak


def microseconds(board: Board, key: str, name: str) -> str:
    try:
        return f"{significant(cpu_per_operation(board, key, name))} µs"
    except NotMeasured:
        return "–"


def cells(row: Row, board: Board) -> list[str]:
    cells = [row.title, *["–"] * 6]
    if row.key == COST:
        # It is about the goals alone: a rate of events says nothing of a month.
        return cells
    ours = board.figures(row).get(OURS)
    if ours is not None:
        cells[1] = quantity(ours, row.unit)
    cells[4] = microseconds(board, row.key, OURS)
    try:
        cells[6] = megabytes(peak(board, row.key, OURS))
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


COLUMNS = Columns(("row", "ours", "best peer", "ratio", "CPU, ours", "CPU, peer", "peak memory"), cells)
