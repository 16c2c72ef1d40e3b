"""What the peers on Google Cloud share: their command line, and what they print."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Callable


class Stopwatch:
    """Measures by a clock that is never set, and the processor time of this process."""

    def __init__(self) -> None:
        self.start, self.processor = time.monotonic(), time.process_time()

    def measured(self, operations: int) -> dict[str, float]:
        return {
            "operations": operations, "seconds": time.monotonic() - self.start,
            "cpuSeconds": time.process_time() - self.processor,
        }


def host(variable: str) -> str:
    """Where an emulator is."""
    found = os.environ.get(variable)
    if not found:
        raise SystemExit(f"{variable} is not set. Start the services: Tests/Support/gcp/services start")
    return found


def data(n: int, size: int) -> bytes:
    """The data of event n: JSON of exactly so many bytes, as ours."""
    start = b'{"n":%d,"text":"' % n
    return start + b"x" * (size - len(start) - 2) + b'"}'


def main(rows: dict[str, Callable[[argparse.Namespace], dict[str, float]]]) -> None:
    """Runs the row that the command line names, and prints what it came to."""
    parser = argparse.ArgumentParser(description="One row of the comparison on Google Cloud.")
    parser.add_argument("row", choices=sorted(rows))
    parser.add_argument("--project", required=True)
    for name, usual in (("commits", 1), ("writers", 1), ("events", 1), ("tasks", 1), ("queues", 8), ("size", 400),
                        ("seconds", 60)):
        parser.add_argument(f"--{name}", type=int, default=usual, metavar="N")
    parser.add_argument("--server", metavar="URL", help="the server that counts deliveries")
    parser.add_argument("--asyncio", action="store_true", help="the asynchronous client instead of threads")
    parser.add_argument("--turns", action="store_true", help="threads take turns, one transaction at a time")
    parser.add_argument("--ordered", action="store_true", help="with the stream as ordering key")
    options = parser.parse_args()
    print(json.dumps(rows[options.row](options)))
    sys.stdout.flush()
