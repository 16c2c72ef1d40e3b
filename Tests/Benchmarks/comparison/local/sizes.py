"""How much each row on one machine does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    rounds: int
    append: int  # events
    single: int  # commits
    concurrent: int  # commits
    conditional: int  # commits
    conditional_behind: tuple[int, ...]  # events behind the condition, rising
    read: int  # events
    streams: int  # reads of a stream
    tags: int  # reads of a tag
    replay: int  # events
    more: int  # events
    small: int  # events in the smaller ledger that grows
    large: int  # events in the larger one, and for memory
    enqueue_single: int  # tasks
    enqueue_many: int  # tasks
    work: int  # tasks
    wake: int  # commits
    wake_other: int  # commits
    waiting: int  # tasks
    hashes: int  # events
    users: int
    timeout: int  # seconds for one run of one program


FULL = Sizes(
    rounds=5, append=200_000, single=2_000, concurrent=50_000, conditional=500,
    conditional_behind=(10_000, 100_000, 1_000_000, 5_000_000), read=1_000_000, streams=3_000, tags=500,
    replay=100_000, more=50_000, small=500_000, large=5_000_000, enqueue_single=2_000, enqueue_many=50_000,
    work=2_000, wake=500, wake_other=100, waiting=100_000, hashes=1_000_000, users=100, timeout=900,
)

QUICK = Sizes(
    rounds=2, append=30_000, single=200, concurrent=5_000, conditional=100,
    conditional_behind=(10_000, 100_000), read=100_000, streams=300, tags=50,
    replay=20_000, more=10_000, small=50_000, large=200_000, enqueue_single=200, enqueue_many=5_000,
    work=200, wake=100, wake_other=20, waiting=5_000, hashes=200_000, users=12, timeout=90,
)
