"""The rows on Google Cloud and their goals."""

from __future__ import annotations

import statistics

from ..figures import spoken
from ..goals import of_peer
from ..model import LIMIT, OURS, Board, Contestant, Goal, NotMeasured, Prepared, Row
from . import cost
from .sizes import CloudSizes

BENCH, SERVER, LOCAL_TASKS = "cloud-bench", "server", "cloud-tasks-local"
SESSION = "URLSession"
FIRESTORE, PUBSUB, TASKS = "google-cloud-firestore", "google-cloud-pubsub", "google-cloud-tasks"
IN_TURNS = f"{FIRESTORE}, in turns"
SMALL = "ours, fewer events"
COST = "cost"


def of(program: str, name: str, *arguments: object, is_peer: bool = False) -> Contestant:
    return Contestant(name, program, tuple(map(str, arguments)), is_peer=is_peer)


def ours(*arguments: object) -> Contestant:
    return of(BENCH, OURS, *arguments)


def cpu_per_operation(board: Board, key: str, name: str) -> float:
    """The median of the processor time of an operation, in microseconds."""
    samples = board.samples.get(key, {}).get(name, [])
    found = [
        float(sample.output["cpuSeconds"]) * 1e6 / sample.operations for sample in samples
        if sample.operations and "cpuSeconds" in sample.output]
    if not found:
        raise NotMeasured(f"The processor time of '{name}' was not measured in the row '{key}'.")
    return statistics.median(found)


def peak(board: Board, key: str, name: str) -> float:
    found = [sample.peak_bytes for sample in board.samples.get(key, {}).get(name, []) if sample.peak_bytes]
    if not found:
        raise NotMeasured(f"The memory of '{name}' was not measured in the row '{key}'.")
    return statistics.median(found)


def transport_rows(sizes: CloudSizes) -> list[Row]:
    def transport(in_flight: int) -> Row:
        key = f"transport-{in_flight}"
        requests = sizes.requests if in_flight == 1 else sizes.requests * 4
        arguments = ("transport", "--url", "{server}/", "--requests", requests, "--in-flight", in_flight)

        def saved(board: Board) -> float:
            return cpu_per_operation(board, key, SESSION) / cpu_per_operation(board, key, OURS)

        return Row(
            key, f"GET of 1 KB, {in_flight} in flight", "requests/s",
            (
                ours(*arguments, "--client", "curl"),
                of(BENCH, SESSION, *arguments, "--client", "urlsession", is_peer=True),
            ),
            (of_peer(key, 5), Goal("≥ 5 × less CPU a request", saved, least=5)), programs=(SERVER,))

    return [transport(in_flight) for in_flight in (1, 16, 64)]


def append_rows(sizes: CloudSizes) -> list[Row]:
    def append(writers: int, commits: int, least: float) -> Row:
        key = f"firestore-append-{writers}"
        arguments = ("append", "--project", "{project}", "--writers", writers, "--commits", commits)
        limit = of(BENCH, LIMIT, "append-limit", *arguments[1:])
        peers = (
            of(FIRESTORE, FIRESTORE, *arguments, "--seconds", sizes.seconds, is_peer=True),
            of(FIRESTORE, f"{FIRESTORE}, asyncio", *arguments, "--asyncio", "--seconds", sizes.seconds, is_peer=True),
        )
        warm_up = (ours(*arguments), limit, *peers)
        also: tuple[Goal, ...] = ()
        if writers > 1:
            # Not what the goal is about, but what a program that knows its emulator would do; shown beside it.
            in_turns = of(FIRESTORE, IN_TURNS, *arguments, "--turns", "--seconds", sizes.seconds)
            peers += (in_turns,)
            # Those that wait for each other's locks would only let time pass.
            warm_up = (ours(*arguments), limit, in_turns)
            also = (
                Goal(f"≥ {least:g} × its threads in turns", lambda board: board.ratio(key, OURS, IN_TURNS), least=least),)
        return Row(
            key, f"append to Firestore, 1 event a commit, {writers} writer{'s' if writers > 1 else ''}", "commits/s",
            (ours(*arguments), limit, *peers), (of_peer(key, least), *also), warm_up=warm_up * 3,
            services=("firestore",))

    def spread(name: str, title: str, *options: object) -> Row:
        # What one head carries, where it has to be shared, and what several do.
        arguments = ("append", "--project", "{project}", "--writers", 64, "--commits", sizes.append_many, *options)
        return Row(
            f"firestore-append-{name}", f"append to Firestore, 64 writers in 4 processes, {title}", "commits/s",
            (ours(*arguments, "--instances", 4),), warm_up=(ours(*arguments, "--instances", 4),) * 2,
            services=("firestore",))

    return [
        append(1, sizes.append_single, 3), append(64, sizes.append_many, 20), spread("shared", "one head"),
        spread("partitioned", "8 partitions", "--partitions", 8),
    ]


def publish_row(sizes: CloudSizes) -> Row:
    arguments = ("publish", "--project", "{project}", "--events", sizes.publish, "--size", 400)
    contestants = (
        ours(*arguments), of(PUBSUB, PUBSUB, *arguments, is_peer=True),
        of(PUBSUB, f"{PUBSUB}, ordered", *arguments, "--ordered", is_peer=True),
    )
    return Row(
        "pubsub-publish", "publish events of 400 B", "events/s", contestants, (of_peer("pubsub-publish", 2),),
        warm_up=contestants * 2, services=("pubsub",))


def read_rows(sizes: CloudSizes) -> list[Row]:
    def read(key: str, place: str, row: str, preparation: str, service: str, limit_row: str = "") -> Row:
        def grows(board: Board) -> float:
            return peak(board, key, OURS) / peak(board, key, SMALL)

        def reading(events: int, name: str, command: str = row) -> Contestant:
            arguments = (command, "--project", "{prepared}", "--events", str(events))
            return Contestant(name, BENCH, arguments, Prepared(BENCH, events, preparation))

        small, large = spoken(sizes.read_small), spoken(sizes.read_large)
        limit = (reading(sizes.read_large, LIMIT, limit_row),) if limit_row else ()
        return Row(
            key, f"read {large} events from {place}", "events/s",
            (reading(sizes.read_large, OURS), reading(sizes.read_small, SMALL), *limit),
            (Goal(f"peak memory ≤ 1.25 × that for {small}", grows, most=1.25),), rounds=2,
            warm_up=(reading(sizes.read_small, SMALL),) * 2, services=(service,))

    return [
        read("firestore-read", "Firestore", "read", "prepare", "firestore", limit_row="read-limit"),
        read("bigquery-read", "BigQuery", "read-copy", "prepare-copy", "bigquery"),
    ]


def tasks_row(sizes: CloudSizes) -> Row:
    arguments = ("tasks", "--project", "{project}", "--tasks", sizes.tasks, "--queues", 8, "--server", "{server}")
    return Row(
        "tasks-local", "create and dispatch through cloud-tasks-local", "tasks/s",
        (ours(*arguments), of(TASKS, TASKS, *arguments, is_peer=True)), programs=(SERVER, LOCAL_TASKS),
        warm_up=(ours(*arguments),) * 2, services=("firestore", "tasks"))


def cost_row(sizes: CloudSizes) -> Row:
    def dollars(with_free: bool):
        def quantity(board: Board) -> float:
            samples = board.samples.get(COST, {}).get(OURS, [])
            if not samples:
                raise NotMeasured("The row 'cost' was not run.")
            return statistics.median(cost.total(sample.output, with_free) for sample in samples)

        return quantity

    return Row(
        COST, f"a month of {sizes.users} users, {cost.SEARCHES_A_DAY} searches a day", "events/s",
        (
            ours(
                "cost", "--project", "{project}", "--users", sizes.users, "--searches", sizes.searches, "--idle",
                sizes.idle),
        ),
        (
            Goal("< $25, nothing free", dollars(False), most=25, unit="$"),
            Goal("< $25, with the free tier", dollars(True), most=25, unit="$"),
        ), rounds=1, services=("firestore", "pubsub", "bigquery"))


def cloud_rows(sizes: CloudSizes) -> list[Row]:
    """Every row, as the table shows them."""
    return [
        *transport_rows(sizes), *append_rows(sizes), publish_row(sizes), *read_rows(sizes), tasks_row(sizes),
        cost_row(sizes),
    ]
