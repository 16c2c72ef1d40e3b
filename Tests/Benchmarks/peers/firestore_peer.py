"""google-cloud-firestore: an append-only log with a head document, as its documentation would have it written.

A transaction reads the head, writes the event at the next position and the head. That keeps positions without gaps; it
keeps no streams, no revisions, no hashes and no receipts. Threads, or tasks of asyncio, append at once.

Transactions that read one document wait for each other's locks and lose, so that many writers are slower than one. After
`--seconds` no writer begins another event or attempt; what was appended until all have ended is what is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from google.api_core.exceptions import Aborted
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1 import async_transactional, transactional

import cloud_peer


def event(n: int) -> dict[str, object]:
    return {"type": "bench.measured", "stream": "bench", "data": cloud_peer.data(n, 300)}


@transactional
def append_in(transaction, head, events, n: int) -> None:
    snapshot = head.get(transaction=transaction)
    position = (snapshot.get("position") if snapshot.exists else 0) + 1
    transaction.create(events.document(f"{position:019d}"), {**event(n), "position": position})
    transaction.set(head, {"position": position})


@async_transactional
async def append_in_async(transaction, head, events, n: int) -> None:
    snapshot = await head.get(transaction=transaction)
    position = (snapshot.get("position") if snapshot.exists else 0) + 1
    transaction.create(events.document(f"{position:019d}"), {**event(n), "position": position})
    transaction.set(head, {"position": position})


def gave_up(error: Exception) -> bool:
    """Whether the client lost a race too often; it says so by a ValueError."""
    return isinstance(error, Aborted) or (isinstance(error, ValueError) and "attempts" in str(error))


def append(options: argparse.Namespace) -> dict[str, float]:
    cloud_peer.host("FIRESTORE_EMULATOR_HOST")
    return asyncio.run(append_async(options)) if options.asyncio else append_threads(options)


def append_threads(options: argparse.Namespace) -> dict[str, float]:
    client = firestore.Client(project=options.project, credentials=AnonymousCredentials())
    head, events = client.document("ledgers/main"), client.collection("ledgers/main/events")

    deadline = Deadline(options.seconds)

    turn = threading.Lock() if options.turns else contextlib.nullcontext()

    def one(n: int) -> bool:
        while not deadline.is_over:
            try:
                with turn:
                    append_in(client.transaction(), head, events, n)
                return True
            except (Aborted, ValueError) as error:
                # The client gives up after 5 attempts; an application that must not lose an event goes on.
                if not gave_up(error):
                    raise
        return False

    def writer(numbers: range) -> int:
        done = 0
        for n in numbers:
            done += one(n)
        return done

    one(0)
    deadline.begin()
    with ThreadPoolExecutor(options.writers) as pool:
        watch = cloud_peer.Stopwatch()
        done = sum(pool.map(writer, shares(options)))
        measured = watch.measured(done)
    require(head.get().get("position"), done + 1)
    return measured


async def append_async(options: argparse.Namespace) -> dict[str, float]:
    client = firestore.AsyncClient(project=options.project, credentials=AnonymousCredentials())
    head, events = client.document("ledgers/main"), client.collection("ledgers/main/events")

    deadline = Deadline(options.seconds)

    async def one(n: int) -> bool:
        while not deadline.is_over:
            try:
                await append_in_async(client.transaction(), head, events, n)
                return True
            except (Aborted, ValueError) as error:
                # The client gives up after 5 attempts; an application that must not lose an event goes on.
                if not gave_up(error):
                    raise
        return False

    async def writer(numbers: range) -> int:
        done = 0
        for n in numbers:
            done += await one(n)
        return done

    await one(0)
    deadline.begin()
    watch = cloud_peer.Stopwatch()
    done = sum(await asyncio.gather(*(writer(numbers) for numbers in shares(options))))
    measured = watch.measured(done)
    require((await head.get()).get("position"), done + 1)
    return measured


class Deadline:
    """When no more is begun."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begin()

    def begin(self) -> None:
        self.end = time.monotonic() + self.seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.end


def shares(options: argparse.Namespace) -> list[range]:
    """The numbers of the events of each writer, from 1."""
    count, writers = options.commits, options.writers
    return [range(count * w // writers + 1, count * (w + 1) // writers + 1) for w in range(writers)]


def require(position: int, expected: int) -> None:
    """A log that lost an event, or took none, is not faster."""
    if expected < 2:
        raise SystemExit("Not one event was appended in time.")
    if position < expected:
        raise SystemExit(f"The head is at {position}, not at {expected}.")


if __name__ == "__main__":
    cloud_peer.main({"append": append})
