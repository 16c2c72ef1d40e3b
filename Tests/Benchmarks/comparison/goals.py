"""Goals that rows of every suite have."""

from __future__ import annotations

from .model import LIMIT, OURS, Board, Goal


def of_limit(key: str, least: float) -> Goal:
    return Goal(f"≥ {least:g} of the limit", lambda board: board.ratio(key, OURS, LIMIT), least=least)


def of_peer(key: str, least: float) -> Goal:
    def quantity(board: Board) -> float:
        return board.median(key, OURS) / board.best_peer(key)[1]

    return Goal(f"≥ {least:g} × the best peer", quantity, least=least)


def below(key: str, name: str, most: float, text: str, unit: str) -> Goal:
    return Goal(text, lambda board: board.median(key, name), most=most, unit=unit)
