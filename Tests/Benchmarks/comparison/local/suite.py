"""The suite of one machine: `compare`."""

from __future__ import annotations

import os

from .. import build
from ..machine import first_line
from ..model import LIMIT
from ..suite import Suite
from .collector import remarks
from .columns import COLUMNS
from .files import Files
from .rows import BENCH, COLLECTOR, WORKER, all_rows
from .sizes import FULL, QUICK

PEERS = build.Peers(
    "peers", build.PACKAGE / "peers" / "requirements.txt",
    {
        "eventsourcing": "eventsourcing_peer.py",
        "litequeue": "litequeue_peer.py",
        "huey": "huey_peer.py",
        "persist-queue": "persistqueue_peer.py",
    })


def versions(tools: build.Tools) -> dict[str, str]:
    found = {"C compiler": first_line(os.environ.get("CC", "cc"), "--version")}
    for part in first_line(*tools.command(LIMIT), "version").split(", "):
        name, _, version = part.partition(" ")
        found[name] = version
    peers = [tools.commands[name] for name in PEERS.programs if name in tools.commands]
    if peers:
        found["SQLite of Python"] = first_line(peers[0][0], "-c", "import sqlite3; print(sqlite3.sqlite_version)")
    return found


LOCAL = Suite(
    command="Tests/Benchmarks/compare",
    rows=all_rows, full=FULL, quick=QUICK,
    programs=build.Programs(
        {LIMIT: build.CProgram("limit", {"sqlite3": "-lsqlite3", "libcrypto": "-lcrypto"})},
        (BENCH, COLLECTOR, WORKER), PEERS, versions),
    stage=Files, needs_disk=True,
    name="results", title="Results", columns=COLUMNS, mark="table", has_plot=True, remarks=remarks,
)
