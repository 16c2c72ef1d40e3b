"""What the table shows of the rows on one machine: ours beside the limit and beside the best peer."""

from __future__ import annotations

from ..figures import quantity, times
from ..model import LIMIT, OURS, Board, NotMeasured, Row
from ..table import Columns


def cells(row: Row, board: Board) -> list[str]:
    figures = board.figures(row)
    ours = figures.get(OURS)
    reference = figures.get(LIMIT if row.derive else row.reference)
    cells = [row.title, "–", "–", "–", "–", "–"]
    if row.key == "chain" and LIMIT in figures:
        # It is about the limit alone.
        cells[2] = quantity(figures[LIMIT], row.unit) + " with hashes"
        if reference:
            cells[2] += f", {quantity(reference, row.unit)} without"
            cells[3] = times(figures[LIMIT] / reference)
        return cells
    if ours is not None:
        cells[1] = quantity(ours, row.unit)
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


COLUMNS = Columns(("row", "ours", "limit", "ratio", "best peer", "ratio"), cells)
