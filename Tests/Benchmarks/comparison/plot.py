"""A plot of the ratios, as SVG that is readable in light and in dark."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Optional

from .model import OURS, Board, NotMeasured, Row

WIDTH = 1000
LABELS = 430
BAR = 14
LINE = 24
RIGHT = 70
STYLE = """
  text { font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; }
  .faint { fill: #59636e; }
  .line { stroke: #d1d9e0; stroke-width: 1; }
  .one { stroke: #59636e; stroke-width: 1.5; }
  .goal { stroke: #bc4c00; stroke-width: 2; }
  .good { fill: #0969da; }
  .bad { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .faint { fill: #9198a1; }
    .line { stroke: #3d444d; }
    .one { stroke: #9198a1; }
    .goal { stroke: #f0883e; }
    .good { fill: #4493f8; }
    .bad { fill: #f85149; }
  }
"""


@dataclass(frozen=True)
class Ratio:
    label: str
    value: float
    goal: Optional[float]


def goal_of(row: Row, word: str) -> Optional[float]:
    for goal in row.goals:
        if word in goal.text and goal.least is not None:
            return goal.least
    return None


def to_limit(board: Board) -> list[Ratio]:
    found = []
    for row in board.rows.values():
        figures = board.figures(row)
        if OURS in figures and figures.get("limit"):
            # The goal of a ratio of ratios is itself one.
            goal = goal_of(row, "limit")
            found.append(Ratio(shortened(row.title, 60), figures[OURS] / figures["limit"], goal))
    return found


def to_peer(board: Board) -> list[Ratio]:
    found = []
    for row in board.rows.values():
        try:
            name, value = board.best_peer(row.key)
            ratio = board.median(row.key, OURS) / value
        except (NotMeasured, ZeroDivisionError):
            continue
        title = shortened(row.title, 57 - len(name))
        found.append(Ratio(f"{title} ({name})", ratio, goal_of(row, "peer")))
    return found


def ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each power of ten between two numbers; fewer where they are far apart."""
    steps = (1, 2, 5) if high / low < 200 else (1,)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    values = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [value for value in values if low <= value * 1.0000001 and value <= high * 1.0000001]


def shortened(text: str, length: int) -> str:
    """A text with an ellipsis where it would not fit."""
    return text if len(text) <= length else text[: length - 1] + "…"


def panel(title: str, ratios: list[Ratio], top: int) -> tuple[list[str], int]:
    """One plot with a logarithmic scale; bars begin at 1, where both are equally fast.

    Returns: Its elements, and where it ends.
    """
    values = [ratio.value for ratio in ratios] + [ratio.goal for ratio in ratios if ratio.goal]
    low, high = min(0.5, *values) / 1.1, max(2.0, *values) * 1.1

    def x(value: float) -> float:
        return LABELS + (WIDTH - RIGHT - LABELS) * math.log(value / low) / math.log(high / low)

    bottom = top + 34 + LINE * len(ratios)
    parts = [f'<text class="title" x="16" y="{top + 14}">{escape(title)}</text>']
    for value in ticks(low, high):
        kind = "one" if value == 1 else "line"
        parts.append(f'<line class="{kind}" x1="{x(value):.1f}" y1="{top + 28}" x2="{x(value):.1f}" y2="{bottom}"/>')
        parts.append(
            f'<text class="faint" text-anchor="middle" x="{x(value):.1f}" y="{bottom + 16}">{value:g} ×</text>')
    for index, ratio in enumerate(ratios):
        y = top + 34 + LINE * index
        left, right = sorted((x(1), x(ratio.value)))
        kind = "bad" if ratio.goal is not None and ratio.value < ratio.goal else "good"
        parts.append(
            f'<text text-anchor="end" x="{LABELS - 10}" y="{y + 12}">{escape(ratio.label)}</text>')
        parts.append(
            f'<rect class="{kind}" x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" height="{BAR}" rx="2"/>')
        if ratio.goal is not None:
            at = x(ratio.goal)
            parts.append(f'<line class="goal" x1="{at:.1f}" y1="{y - 3}" x2="{at:.1f}" y2="{y + BAR + 3}"/>')
        parts.append(f'<text x="{max(right, x(ratio.goal or 1)) + 6:.1f}" y="{y + 12}">{ratio.value:.2f}</text>')
    return parts, bottom + 40


def plot(board: Board, date: str) -> str:
    parts: list[str] = []
    end = 16
    for title, ratios in (
        ("Ours against the limit, plain C", to_limit(board)), ("Ours against the best peer", to_peer(board))
    ):
        if ratios:
            elements, end = panel(title, ratios, end)
            parts += elements
    caption = (
        "Ratios of rates on a logarithmic scale: to the right of 1 ours is faster. The short upright line is the goal; "
        f"a bar that misses it is red. {date}")
    parts.append(f'<text class="faint" x="16" y="{end + 4}">{escape(caption)}</text>')
    height = end + 20
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-label="Ratios of rates">',
            f"<style>{STYLE}</style>", *parts, "</svg>", "",
        ])
