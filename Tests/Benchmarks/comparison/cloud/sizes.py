"""How much each row on Google Cloud does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CloudSizes:
    rounds: int
    requests: int  # requests with 1 in flight; ten times as many with more
    append_single: int  # commits
    append_many: int  # commits by 64 writers
    seconds: int  # after which a peer's writers begin no more; with locks it would take hours
    publish: int  # events
    read_small: int  # events
    read_large: int  # events
    tasks: int
    searches: int
    idle: int  # seconds
    users: int
    timeout: int  # seconds for one run of one program


CLOUD_FULL = CloudSizes(
    rounds=5, requests=5_000, append_single=1_500, append_many=20_000, seconds=15, publish=50_000,
    read_small=10_000, read_large=100_000, tasks=4_000, searches=20, idle=60, users=100, timeout=900,
)

CLOUD_QUICK = CloudSizes(
    rounds=2, requests=1_000, append_single=300, append_many=2_000, seconds=8, publish=5_000,
    read_small=2_000, read_large=10_000, tasks=500, searches=3, idle=10, users=12, timeout=300,
)
