"""litequeue: it sets `synchronous` to NORMAL, which a power cut may take commits from; here it is set to FULL.

A task is leased by `pop` and completed by `done`, each a transaction. Nothing takes over a dead worker's tasks.
"""

from __future__ import annotations

import argparse

from litequeue import LiteQueue

import peer


def open_queue(options: argparse.Namespace) -> LiteQueue:
    queue = LiteQueue(options.ledger, timeout=60)
    peer.sync_fully(queue.conn)
    return queue


def put(queue: LiteQueue, count: int, batch: int) -> None:
    for first in range(0, count, batch):
        if batch == 1:
            queue.put(peer.payload(first))
            continue
        with queue.transaction():
            for n in range(first, min(first + batch, count)):
                queue.put(peer.payload(n))


def enqueue(options: argparse.Namespace) -> tuple[int, float]:
    queue = open_queue(options)
    watch = peer.Stopwatch()
    put(queue, options.tasks, options.batch or 1)
    return options.tasks, watch.seconds


def work(options: argparse.Namespace) -> tuple[int, float]:
    put(open_queue(options), options.tasks, 1000)
    # A queue of its own for each thread: a connection's transactions belong to one thread at a time.
    queues = [open_queue(options) for _ in range(options.workers)]

    def drain(index: int) -> int:
        queue, done = queues[index], 0
        while True:
            message = queue.pop()
            if message is None:
                return done
            queue.done(message.message_id)
            done += 1

    done, seconds = peer.in_threads(options.workers, drain)
    peer.require_all(done, options.tasks)
    return done, seconds


if __name__ == "__main__":
    peer.main({"enqueue": enqueue, "work": work})
