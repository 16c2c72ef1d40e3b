"""What the peers' programs share: their command line, their content, and that their durability is what they say."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import threading
import time
from typing import Callable

FULL = 2


def data(n: int) -> bytes:
    """The data of event n: JSON of exactly 300 bytes."""
    start = b'{"n":%d,"text":"' % n
    return start + b"x" * (300 - len(start) - 2) + b'"}'


def payload(n: int) -> str:
    """The payload of task n: JSON of exactly 100 bytes."""
    start = '{"n":%d,"text":"' % n
    return start + "x" * (100 - len(start) - 2) + '"}'


def sync_fully(connection: sqlite3.Connection) -> None:
    """Has the disk synced with every transaction, and makes sure that it is so, in a write-ahead log."""
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA synchronous").fetchone()[0] != FULL:
        raise SystemExit("The connection does not sync its transactions.")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        raise SystemExit(f"The journal mode is '{mode}', not 'wal'.")


class Stopwatch:
    """Measures by a clock that is never set."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start


def in_threads(count: int, work: Callable[[int], int]) -> tuple[int, float]:
    """Runs the same work in threads at once. Returns the sum of what they did, and the seconds from first to last."""
    done = [0] * count
    failures: list[BaseException] = []
    ready = threading.Barrier(count + 1)

    def run(index: int) -> None:
        try:
            ready.wait()
            done[index] = work(index)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    ready.wait()
    watch = Stopwatch()
    for thread in threads:
        thread.join()
    seconds = watch.seconds
    if failures:
        raise failures[0]
    return sum(done), seconds


def main(rows: dict[str, Callable[[argparse.Namespace], tuple[int, float]]]) -> None:
    """Runs the row that the command line names, and prints what it came to."""
    parser = argparse.ArgumentParser(description="One row of the comparison.")
    parser.add_argument("row", choices=sorted(rows))
    parser.add_argument("--ledger", required=True, metavar="FILE")
    for name in ("events", "batch", "tags", "commits", "times", "tasks", "workers"):
        parser.add_argument(f"--{name}", type=int, metavar="N")
    parser.add_argument("--typed", action="store_true")
    options = parser.parse_args()
    operations, seconds = rows[options.row](options)
    print(json.dumps({"operations": operations, "seconds": seconds}))
    sys.stdout.flush()


def require_all(done: int, tasks: int) -> None:
    """A worker that lost a task, or did one twice, is not faster."""
    if done != tasks:
        raise SystemExit(f"{done} tasks were done, not {tasks}.")
