"""The suite on Google Cloud's emulators: `compare --gcp`."""

from __future__ import annotations

from .. import build
from ..machine import first_line
from ..suite import Suite
from .columns import COLUMNS
from .month import facts, remarks
from .projects import Projects
from .rows import BENCH, FIRESTORE, LOCAL_TASKS, PUBSUB, SERVER, TASKS, cloud_rows
from .sizes import CLOUD_FULL, CLOUD_QUICK

PEERS = build.Peers(
    "peers-gcp", build.PACKAGE / "peers" / "requirements-gcp.txt",
    {FIRESTORE: "firestore_peer.py", PUBSUB: "pubsub_peer.py", TASKS: "tasks_peer.py"})


def versions(_: build.Tools) -> dict[str, str]:
    return {"libcurl": first_line("pkg-config", "--modversion", "libcurl"), "Java": first_line("java", "--version")}


CLOUD = Suite(
    command="Tests/Benchmarks/compare --gcp",
    rows=cloud_rows, full=CLOUD_FULL, quick=CLOUD_QUICK,
    programs=build.Programs({SERVER: build.CProgram("server")}, (BENCH, LOCAL_TASKS), PEERS, versions),
    stage=Projects, needs_disk=False,
    name="gcp", title="Results on Google Cloud's emulators", columns=COLUMNS, mark="table on Google Cloud",
    caveat=(
        "All of it ran against Google's emulators and against stand-ins on the loopback of one machine, which shared its "
        "cores with the clients. An emulator says nothing about production: not its latency, not its contention, not its "
        "limits, not its price. The ratios compare clients on the same emulator; the rates are none of Google's."),
    remarks=remarks, facts=facts,
)
