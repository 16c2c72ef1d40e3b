"""How figures are written."""

from __future__ import annotations


def spoken(count: int) -> str:
    """A count as people say it: 5 million, 500 thousand."""
    if count >= 1_000_000 and count % 100_000 == 0:
        return f"{count / 1_000_000:g} million"
    if count >= 10_000 and count % 1_000 == 0:
        return f"{count // 1_000} thousand"
    return f"{count:,}"


def significant(value: float) -> str:
    """Three digits that mean something, and separators: 1,230 or 0.0123."""
    if value == 0:
        return "0"
    digits = 3
    magnitude = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if magnitude >= digits:
        return f"{round(value, digits - magnitude):,.0f}"
    return f"{value:.{digits}g}"


def megabytes(value: float) -> str:
    return f"{significant(value / 1e6)} MB"


def quantity(value: float, unit: str) -> str:
    """A figure in the unit of its row; memory is counted in bytes and shown in megabytes."""
    if unit == "MB at most":
        return megabytes(value)
    if unit == "of the rate":
        return f"{value:.2f} of the rate"
    return f"{significant(value)} {unit}"


def times(value: float) -> str:
    return f"{value:.2f}" if value < 10 else significant(value)
