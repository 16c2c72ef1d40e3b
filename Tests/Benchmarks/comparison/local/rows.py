"""The rows on one machine and their goals."""

from __future__ import annotations

from ..figures import spoken
from ..goals import below, of_limit, of_peer
from ..model import LIMIT, OURS, P99, PEAK, Board, Contestant, Goal, Prepared, Row
from .sizes import Sizes

BENCH, COLLECTOR, WORKER = "ledger-bench", "collector", "worker"
SYNCED = "WAL, every transaction synced"
READING = "reading only"


def ours(*arguments: object, prepared: int = 0, name: str = OURS, metric: str = "rate") -> Contestant:
    return Contestant(
        name, BENCH, tuple(map(str, arguments)), Prepared(BENCH, prepared) if prepared else None, metric)


def limit(*arguments: object, prepared: int = 0, name: str = LIMIT) -> Contestant:
    return Contestant(name, LIMIT, tuple(map(str, arguments)), Prepared(BENCH, prepared) if prepared else None)


def peer(name: str, *arguments: object, prepared: int = 0) -> Contestant:
    return Contestant(
        name, name, tuple(map(str, arguments)), Prepared(name, prepared) if prepared else None, is_peer=True)


def fresh(row: str, *arguments: object) -> tuple[object, ...]:
    return (row, "--ledger", "{ledger}", *arguments)


def on_prepared(row: str, *arguments: object) -> tuple[object, ...]:
    return (row, "--ledger", "{prepared}", *arguments)


def append_rows(sizes: Sizes) -> list[Row]:
    def append(key: str, title: str, *extra: object, tags: int, note: str = "") -> Row:
        arguments = fresh("append", "--events", sizes.append, "--batch", 1000, "--tags", tags)
        return Row(
            key, title, "events/s",
            (ours(*arguments, *extra), limit(*arguments), peer("eventsourcing", *arguments, *extra)),
            () if extra else (of_limit(key, 0.85), of_peer(key, 3)), SYNCED, note)

    single = fresh("append-single", "--commits", sizes.single)
    concurrent = fresh("append-concurrent", "--commits", sizes.concurrent, "--writers", 64)
    return [
        append("append", "append 300 B, 1,000 a transaction, no tags", tags=0),
        append("append-tags", "append 300 B, 1,000 a transaction, 2 tags", tags=2),
        append(
            "append-typed", "append 300 B, 1,000 a transaction, 2 tags, from types", "--typed", tags=2,
            note="from types: ours encodes Swift structures, eventsourcing saves domain events through its "
            "application; in the other rows ours is given JSON, and eventsourcing is measured at its recorder, below its "
            "transcoders"),
        Row(
            "append-single", "append, 1 event a commit, 1 writer", "commits/s",
            (ours(*single), limit(*single), peer("eventsourcing", *single)),
            (of_limit("append-single", 0.9),), SYNCED),
        Row(
            "append-concurrent", "append, 1 event a commit, 64 writers", "commits/s",
            (ours(*concurrent), limit(*concurrent)),
            (
                Goal(
                    "≥ 30 × one writer",
                    lambda board: board.median("append-concurrent", OURS) / board.median("append-single", OURS),
                    least=30),
                of_limit("append-concurrent", 0.8),
            ), SYNCED, note="64 writers: the limit is one writer with 64 commits in a transaction"),
    ]


def conditional_rows(sizes: Sizes) -> list[Row]:
    smallest = sizes.conditional_behind[0]
    rows = []
    for behind in sizes.conditional_behind:
        key = f"conditional-{behind}"
        commit = on_prepared("append-conditional", "--commits", sizes.conditional)
        goals = [
            Goal(
                "≥ 0.5 of the unconditional",
                lambda board, key=key: board.ratio(key, OURS, "unconditional"), least=0.5),
            Goal(
                "from the start: ≥ 0.5 of the unconditional",
                lambda board, key=key: board.ratio(key, "from the start", "unconditional"), least=0.5),
        ]
        if behind != smallest:
            goals.append(
                Goal(
                    f"flat: ≥ 0.8 of that behind {spoken(smallest)}",
                    lambda board, key=key: board.median(key, OURS) / board.median(f"conditional-{smallest}", OURS),
                    least=0.8))
        rows.append(
            Row(
                key, f"append if nothing matches 2 tags, {spoken(behind)} events behind it", "commits/s",
                (
                    ours(*commit, "--condition", "true", prepared=behind),
                    ours(*commit, "--condition", "false", prepared=behind, name="unconditional"),
                    ours(*commit, "--condition", "true", "--after", "start", prepared=behind, name="from the start"),
                    ours(
                        *commit, "--condition", "true", "--after", "start", "--pair", "users", prepared=behind,
                        name="from the start, tags that grow"),
                ),
                tuple(goals), SYNCED, reference="unconditional", changes_prepared=True,
                note="from the start: a condition on two tags with 1,000 events each, but never together; where the "
                "tags grow with the ledger, see the samples in results.json"))
    return rows


def read_rows(sizes: Sizes) -> list[Row]:
    def read(key: str, title: str, *extra: object, peers: bool, goals: tuple[Goal, ...]) -> Row:
        arguments = on_prepared(key, *extra)
        contestants = [ours(*arguments, prepared=sizes.read), limit(*arguments, prepared=sizes.read)]
        if peers:
            contestants.append(peer("eventsourcing", *arguments, prepared=sizes.read))
        return Row(key, title, "events/s", tuple(contestants), goals, READING)

    replay = on_prepared("replay", "--documents", 1000, "--into", "{into}")
    return [
        read(
            "read-all", f"read all {spoken(sizes.read)}, in order, decoded", peers=True,
            goals=(of_limit("read-all", 0.8), of_peer("read-all", 5))),
        read(
            "read-stream", "read one stream of 100", "--times", sizes.streams, peers=True,
            goals=(of_limit("read-stream", 0.8),)),
        read(
            "read-tag", "read the 1,000 events of a tag", "--times", sizes.tags, peers=False,
            goals=(of_limit("read-tag", 0.8),)),
        Row(
            "replay", "replay into 1,000 documents, with checkpoint", "events/s",
            (ours(*replay, prepared=sizes.replay), limit(*replay, prepared=sizes.replay)),
            (of_limit("replay", 0.7),), SYNCED),
    ]


def task_rows(sizes: Sizes) -> list[Row]:
    everybody = ("litequeue", "huey", "persist-queue")

    def row(key: str, title: str, peers: tuple[str, ...], arguments: tuple[object, ...], note: str = "") -> Row:
        return Row(
            key, title, "tasks/s", (ours(*arguments), *(peer(name, *arguments) for name in peers)),
            (of_peer(key, 5),), SYNCED, note=note)

    return [
        row(
            "enqueue-1", "enqueue, 1 task a commit", everybody,
            fresh("enqueue", "--tasks", sizes.enqueue_single, "--batch", 1)),
        row(
            "enqueue-500", "enqueue, 500 tasks a commit", ("litequeue",),
            fresh("enqueue", "--tasks", sizes.enqueue_many, "--batch", 500),
            "huey and persist-queue cannot put several tasks in one transaction"),
        *(
            row(
                f"work-{workers}", f"lease and complete, {workers} worker{'s' if workers > 1 else ''}", everybody,
                fresh("work", "--tasks", sizes.work, "--workers", workers),
                "huey deletes a task when it takes it: one transaction a task, and a task at hand dies with its worker")
            for workers in (1, 8)
        ),
    ]


def growth_row(sizes: Sizes) -> Row:
    small, large = spoken(sizes.small), spoken(sizes.large)
    arguments = on_prepared("append-more", "--events", sizes.more, "--batch", 1000, "--tags", 2)

    def slowdown(board: Board, who: str) -> float:
        return board.ratio("growth", f"{who} at {large}", f"{who} at {small}")

    def derive(board: Board) -> dict[str, float]:
        return {OURS: slowdown(board, OURS), LIMIT: slowdown(board, LIMIT)}

    return Row(
        "growth", f"append at {large} events against at {small}", "of the rate",
        (
            ours(*arguments, prepared=sizes.small, name=f"ours at {small}"),
            limit(*arguments, prepared=sizes.small, name=f"limit at {small}"),
            ours(*arguments, prepared=sizes.large, name=f"ours at {large}"),
            limit(*arguments, prepared=sizes.large, name=f"limit at {large}"),
        ),
        (Goal("≥ 0.95 of the limit's own", lambda board: slowdown(board, OURS) / slowdown(board, LIMIT), least=0.95),),
        # The files grow with each round; more rounds would make the small one large.
        SYNCED, changes_prepared=True, rounds=3, derive=derive)


def wake_rows(sizes: Sizes) -> list[Row]:
    def wake(key: str, title: str, commits: int, most: int, *extra: object) -> Row:
        return Row(
            key, title, "µs, p99", (ours(*fresh("wake", "--commits", commits, *extra), metric=P99),),
            (below(key, OURS, most * 1000, f"p99 < {most} ms", "µs"),), SYNCED)

    return [
        wake("wake", "commit to subscriber, same process", sizes.wake, 2),
        wake("wake-other", "commit to subscriber, another process", sizes.wake_other, 110, "--other-process"),
    ]


def memory_rows(sizes: Sizes) -> list[Row]:
    def memory(key: str, title: str, contestant: Contestant) -> Row:
        return Row(
            key, title, "MB at most", (contestant,),
            (below(key, OURS, 60_000_000, "< 60 MB", "MB"),), rounds=1)

    large = spoken(sizes.large)
    preparation = Contestant(OURS, BENCH, (), Prepared(BENCH, sizes.large), PEAK, is_preparation=True)
    return [
        memory("memory-append", f"peak memory: append {large}", preparation),
        memory(
            "memory-read", f"peak memory: read {large}",
            ours(*on_prepared("read-all"), prepared=sizes.large, metric=PEAK)),
        memory(
            "memory-tasks", f"peak memory: {spoken(sizes.waiting)} tasks waiting",
            ours(*fresh("waiting", "--tasks", sizes.waiting), metric=PEAK)),
    ]


def collector_rows(sizes: Sizes) -> list[Row]:
    return [
        Row(
            f"collector-{workers}",
            f"collector, {sizes.users} users, {workers} worker{'s' if workers > 1 else ''}", "events/s",
            (Contestant(OURS, COLLECTOR, (str(sizes.users), str(workers))),), durability=SYNCED, rounds=2,
            programs=(WORKER,))
        for workers in (1, 2)
    ]


def cost_rows(sizes: Sizes) -> list[Row]:
    append = fresh("append", "--events", sizes.append, "--batch", 1000, "--tags", 0)
    hashing = ("hash", "--events", sizes.hashes)
    return [
        Row("hash", "hashing alone, in memory", "events/s", (ours(*hashing), limit(*hashing))),
        Row(
            "chain", "what the chain costs: the limit with and without hashes", "events/s",
            (limit(*append), limit(*append, "--no-hash", name="without hashes")), durability=SYNCED,
            reference="without hashes"),
        Row(
            "seal", f"Merkle root over {spoken(sizes.read)} events", "events/s",
            (ours(*on_prepared("seal"), prepared=sizes.read),), durability=READING),
    ]


def all_rows(sizes: Sizes) -> list[Row]:
    """Every row, as the table shows them."""
    return [
        *append_rows(sizes), *conditional_rows(sizes), *read_rows(sizes), *task_rows(sizes), growth_row(sizes),
        *wake_rows(sizes), *memory_rows(sizes), *collector_rows(sizes), *cost_rows(sizes),
    ]
