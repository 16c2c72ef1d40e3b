"""persist-queue's SQLiteAckQueue: WAL mode, and `synchronous` as SQLite was built; here it is set to FULL.

A task is leased by `get` and completed by `ack`, each a transaction. It has no way to put several in one.
"""

from __future__ import annotations

import argparse
import warnings

from persistqueue import Empty, SQLiteAckQueue

import peer

warnings.simplefilter("ignore")


def open_queue(options: argparse.Namespace) -> SQLiteAckQueue:
    queue = SQLiteAckQueue(options.ledger + ".folder", multithreading=True, auto_commit=True, timeout=60)
    for connection in (queue._getter, queue._putter):
        peer.sync_fully(connection)
    return queue


def enqueue(options: argparse.Namespace) -> tuple[int, float]:
    if (options.batch or 1) != 1:
        raise SystemExit("persist-queue cannot put several tasks in one transaction.")
    queue = open_queue(options)
    watch = peer.Stopwatch()
    for n in range(options.tasks):
        queue.put(peer.payload(n))
    return options.tasks, watch.seconds


def work(options: argparse.Namespace) -> tuple[int, float]:
    queue = open_queue(options)
    # The fixture is not timed, and need not be synced.
    queue._putter.execute("PRAGMA synchronous = OFF")
    for n in range(options.tasks):
        queue.put(peer.payload(n))
    peer.sync_fully(queue._putter)

    def drain(_: int) -> int:
        done, last = 0, None
        while True:
            try:
                # Behind the last one: from the beginning each search would walk over all that are done.
                item = queue.get(block=False, raw=True, id=last, next_in_order=last is not None)
            except Empty:
                return done
            last = item["pqid"]
            queue.ack(id=last)
            done += 1

    done, seconds = peer.in_threads(options.workers, drain)
    peer.require_all(done, options.tasks)
    return done, seconds


if __name__ == "__main__":
    peer.main({"enqueue": enqueue, "work": work})
