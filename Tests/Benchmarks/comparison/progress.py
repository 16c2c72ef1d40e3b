"""Tells people how far it is, on stderr."""

from __future__ import annotations

import os
import shutil
import sys
import time


class Progress:
    """A bar on a terminal; elsewhere a line for each step."""

    def __init__(self, steps: int) -> None:
        self.steps = max(steps, 1)
        self.done = 0
        self.start = time.monotonic()
        self.is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.has_color = self.is_terminal and not os.environ.get("NO_COLOR")

    def step(self, text: str) -> None:
        """A step begins."""
        if self.is_terminal:
            columns = shutil.get_terminal_size().columns
            width = 24
            filled = width * self.done // self.steps
            bar = "█" * filled + "░" * (width - filled)
            if self.has_color:
                bar = f"\033[36m{bar}\033[0m"
            shown = f"{self.elapsed} {self.done}/{self.steps} {text}"[: max(columns - width - 2, 10)]
            print(f"\r\033[K{bar} {shown}", end="", file=sys.stderr, flush=True)
        else:
            print(f"[{self.elapsed}] {self.done + 1}/{self.steps} {text}", file=sys.stderr, flush=True)
        self.done = min(self.done + 1, self.steps)

    def note(self, text: str) -> None:
        """Something that stays."""
        print(("\r\033[K" if self.is_terminal else "") + text, file=sys.stderr, flush=True)

    def finish(self) -> None:
        if self.is_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    @property
    def elapsed(self) -> str:
        seconds = int(time.monotonic() - self.start)
        return f"{seconds // 60}:{seconds % 60:02d}"
