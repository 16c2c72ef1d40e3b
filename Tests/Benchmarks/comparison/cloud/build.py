"""Builds what is compared on Google Cloud, and installs its peers."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Optional

from .. import build
from ..machine import first_line
from ..process import Failure
from ..progress import Progress

REQUIREMENTS = build.PACKAGE / "peers" / "requirements-gcp.txt"
PEERS = {
    "google-cloud-firestore": "firestore_peer.py",
    "google-cloud-pubsub": "pubsub_peer.py",
    "google-cloud-tasks": "tasks_peer.py",
}
LOCAL_TASKS = "cloud-tasks-local"
SERVER = "server"


def compile_c(tools: build.Tools) -> None:
    build.SCRATCH.mkdir(parents=True, exist_ok=True)
    options = [os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra"]
    server = build.SCRATCH / "server"
    for output, source in ((tools.launcher, "measure/measure.c"), (server, "server/server.c")):
        build.run([*options, "-o", str(output), str(build.PACKAGE / source)], f"Compiling {source}")
    tools.commands[SERVER] = [str(server)]


def install_peers() -> str:
    """A virtual environment of its own, so that the other peers are not touched. Returns: Its Python."""
    wanted = hashlib.sha256((sys.version + sys.prefix).encode() + REQUIREMENTS.read_bytes()).hexdigest()
    folder = build.SCRATCH / "peers-gcp"
    stamp, python = folder / "requirements.sha256", folder / "bin" / "python"
    if not (stamp.exists() and stamp.read_text() == wanted and python.exists()):
        build.run([sys.executable, "-m", "venv", "--clear", str(folder)], "Making a virtual environment for the peers")
        build.run(
            [
                str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                "--requirement", str(REQUIREMENTS),
            ],
            "Installing the peers")
        stamp.write_text(wanted)
    return str(python)


def prepare(
    programs: set[str], services: set[str], progress: Progress, cloud_bench: Optional[str], builds: bool
) -> build.Tools:
    """Makes ready what the chosen rows need. What cannot be had fails its rows only."""
    tools = build.Tools()
    compile_c(tools)

    def attempt(names: list[str], text: str, step) -> None:
        progress.note(text)
        try:
            step()
        except Failure as failure:
            progress.note(f"FAILED: {failure}")
            for name in names:
                tools.missing[name] = str(failure).splitlines()[0]

    def swift(product: str) -> None:
        tools.commands.update(build.swift_programs(build.PACKAGE, [product], builds))

    if cloud_bench:
        tools.commands["cloud-bench"] = [cloud_bench]
    else:
        attempt(
            ["cloud-bench"], "Building cloud-bench (the first time takes some minutes)", lambda: swift("cloud-bench"))
    if "tasks" in services:
        attempt([LOCAL_TASKS], "Building cloud-tasks-local", lambda: swift(LOCAL_TASKS))
    peers = sorted(programs & set(PEERS))
    if peers:
        def install() -> None:
            python = install_peers()
            for name in peers:
                tools.commands[name] = [python, str(build.PACKAGE / "peers" / PEERS[name])]

        attempt(peers, "Installing the peers", install)
    return tools


def versions(tools: build.Tools) -> dict[str, str]:
    found = {
        "EventLedger": first_line("git", "-C", str(build.REPOSITORY), "describe", "--always", "--dirty"),
        "Swift": first_line("swift", "--version"),
        "libcurl": first_line("pkg-config", "--modversion", "libcurl"),
        "Java": first_line("java", "--version"),
        "Python": sys.version.split()[0],
    }
    for name in PEERS:
        if name in tools.commands:
            asked = f"import importlib.metadata; print(importlib.metadata.version('{name}'))"
            found[name] = first_line(tools.commands[name][0], "-c", asked)
    return found
