"""Boards for tests, without running anything."""

from __future__ import annotations

from ..model import LIMIT, OURS, P99, PEAK, Board, Contestant, Goal, Row, Sample
from ..goals import below, of_limit, of_peer


def row(key: str = "append", *goals: Goal, metric: str = "rate", peers: tuple[str, ...] = ("peer",)) -> Row:
    return Row(
        key, f"the row {key}", "MB at most" if metric == PEAK else "events/s",
        (
            Contestant(OURS, "ours", metric=metric), Contestant(LIMIT, "limit"),
            *(Contestant(name, name, is_peer=True) for name in peers),
        ),
        goals)


def sample(rate: float, peak: int = 1_000_000, p99: float = 100) -> Sample:
    return Sample(rate * 2, 2.0, peak, 0.5, {"microseconds": {"p99": p99}})


def fill(board: Board, key: str, name: str, *rates: float) -> None:
    for rate in rates:
        board.add(board.rows[key], board.rows[key].contestant(name), sample(rate))


def measured() -> Board:
    """A row that meets one of its goals and misses the other, one that failed, and one about memory."""
    append = row("append", of_limit("append", 0.85), of_peer("append", 3))
    failed = row("failed", of_limit("failed", 0.8))
    memory = row("memory", below("memory", OURS, 60_000_000, "< 60 MB", "MB"), metric=PEAK, peers=())
    board = Board([append, failed, memory])
    fill(board, "append", OURS, 90, 10, 100)
    fill(board, "append", LIMIT, 100, 100, 100)
    fill(board, "append", "peer", 45)
    fill(board, "failed", LIMIT, 100)
    board.fail(failed, failed.contestant(OURS), "it ended with status 1: <no | reason> & more")
    board.add(memory, memory.contestant(OURS), sample(5, peak=61_000_000))
    return board


__all__ = ["P99", "fill", "measured", "row", "sample"]
