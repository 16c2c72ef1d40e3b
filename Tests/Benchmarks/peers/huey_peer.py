"""huey on SQLite: its `fsync=True` sets `synchronous` to FULL.

A worker takes a task by deleting it: one transaction a task instead of two, but a task at hand dies with its worker.
It has no way to enqueue several tasks in one transaction.
"""

from __future__ import annotations

import argparse
import logging
import threading

from huey import SqliteHuey

import peer


class Bench:
    """A queue with one kind of task, which counts how often it ran."""

    def __init__(self, options: argparse.Namespace, fsync: bool) -> None:
        self.huey = SqliteHuey("bench", filename=options.ledger, fsync=fsync, timeout=60)
        self.lock = threading.Lock()
        self.left = options.tasks
        self.all_done = threading.Event()
        self.task = self.huey.task(name="measure")(self.run)
        if fsync:
            peer.sync_fully(self.huey.storage.conn)

    def run(self, payload: str) -> None:
        with self.lock:
            self.left -= 1
            if self.left == 0:
                self.all_done.set()


def enqueue(options: argparse.Namespace) -> tuple[int, float]:
    if (options.batch or 1) != 1:
        raise SystemExit("huey cannot enqueue several tasks in one transaction.")
    bench = Bench(options, fsync=True)
    watch = peer.Stopwatch()
    for n in range(options.tasks):
        bench.task(peer.payload(n))
    return options.tasks, watch.seconds


def work(options: argparse.Namespace) -> tuple[int, float]:
    # The fixture is not timed, and need not be synced.
    fixture = Bench(options, fsync=False)
    for n in range(options.tasks):
        fixture.task(peer.payload(n))
    fixture.huey.storage.close()
    bench = Bench(options, fsync=True)
    logging.getLogger("huey").setLevel(logging.ERROR)
    consumer = bench.huey.create_consumer(workers=options.workers, worker_type="thread", periodic=False)
    watch = peer.Stopwatch()
    consumer.start()
    if not bench.all_done.wait(timeout=600):
        raise SystemExit(f"{bench.left} tasks are left after 10 minutes.")
    seconds = watch.seconds
    consumer.stop(graceful=False)
    return options.tasks, seconds


if __name__ == "__main__":
    peer.main({"enqueue": enqueue, "work": work})
