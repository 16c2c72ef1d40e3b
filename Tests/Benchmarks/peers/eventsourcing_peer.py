"""eventsourcing, at the level of its recorder: below its aggregates and transcoders, so at its fastest.

Its pool opens connections in WAL mode and leaves `synchronous` as SQLite was built; here each is set to FULL.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent, datetime_now_with_tzinfo
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteConnectionPool, SQLiteDatastore

import peer

TOPIC = "bench.measured"
EVENTS_PER_STREAM = 100
PAGE = 1000

create_connection = SQLiteConnectionPool._create_connection


def create_synced_connection(pool: SQLiteConnectionPool):
    connection = create_connection(pool)
    peer.sync_fully(connection._sqlite_conn)
    return connection


SQLiteConnectionPool._create_connection = create_synced_connection


@dataclass(frozen=True)
class Measured(DomainEvent):
    """The same event as a Python type."""

    n: int
    text: str


@lru_cache(maxsize=1000)
def stream(k: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"bench-{k}")


def event(n: int) -> StoredEvent:
    return StoredEvent(
        originator_id=stream(n // EVENTS_PER_STREAM),
        originator_version=n % EVENTS_PER_STREAM + 1,
        topic=TOPIC,
        state=peer.data(n),
    )


def open_recorder(options: argparse.Namespace) -> SQLiteApplicationRecorder:
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(options.ledger))
    recorder.create_table()
    return recorder


def append(options: argparse.Namespace) -> tuple[int, float]:
    if options.typed:
        return save(options)
    return insert(options, options.events, options.batch or 1000)


def save(options: argparse.Namespace) -> tuple[int, float]:
    """Domain events, saved by an application: encoded, and stored."""
    application = Application(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": options.ledger, "COMPRESSOR_TOPIC": ""})
    text = json.loads(peer.data(0))["text"]
    batch = options.batch or 1000
    watch = peer.Stopwatch()
    for first in range(0, options.events, batch):
        now = datetime_now_with_tzinfo()
        application.save(
            *(
                Measured(
                    originator_id=stream(n // EVENTS_PER_STREAM), originator_version=n % EVENTS_PER_STREAM + 1,
                    timestamp=now, n=n, text=text)
                for n in range(first, min(first + batch, options.events))
            ))
    return options.events, watch.seconds


def insert(options: argparse.Namespace, count: int, batch: int) -> tuple[int, float]:
    recorder = open_recorder(options)
    watch = peer.Stopwatch()
    for first in range(0, count, batch):
        recorder.insert_events([event(n) for n in range(first, min(first + batch, count))])
    return count, watch.seconds


def read_all(options: argparse.Namespace) -> tuple[int, float]:
    recorder = open_recorder(options)
    count, start = 0, 1
    watch = peer.Stopwatch()
    while True:
        page = recorder.select_notifications(start=start, limit=PAGE)
        count += len(page)
        if len(page) < PAGE:
            return count, watch.seconds
        start = page[-1].id + 1


def read_stream(options: argparse.Namespace) -> tuple[int, float]:
    recorder = open_recorder(options)
    streams = recorder.max_notification_id() // EVENTS_PER_STREAM
    count, random = 0, 42
    watch = peer.Stopwatch()
    for _ in range(options.times):
        random = (random * 6364136223846793005 + 1442695040888963407) % 2**64
        count += len(recorder.select_events(stream((random >> 33) % streams)))
    seconds = watch.seconds
    peer.require_all(count, options.times * EVENTS_PER_STREAM)
    return count, seconds


if __name__ == "__main__":
    peer.main(
        {
            "append": append,
            "append-single": lambda options: insert(options, options.commits, 1),
            "prepare": lambda options: insert(options, options.events, 10_000),
            "read-all": read_all,
            "read-stream": read_stream,
        }
    )
