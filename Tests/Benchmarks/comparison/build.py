"""Builds everything that is compared, and installs the peers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Optional

from .machine import first_line
from .process import Failure, last_lines
from .progress import Progress

PACKAGE = Path(__file__).resolve().parent.parent
REPOSITORY = PACKAGE.parent.parent
SCRATCH = PACKAGE / ".build" / "comparison"
REQUIREMENTS = PACKAGE / "peers" / "requirements.txt"
PEERS = {
    "eventsourcing": "eventsourcing_peer.py",
    "litequeue": "litequeue_peer.py",
    "huey": "huey_peer.py",
    "persist-queue": "persistqueue_peer.py",
}


class Tools:
    """The commands that rows are run with, and why one is missing."""

    def __init__(self) -> None:
        self.commands: dict[str, list[str]] = {}
        self.missing: dict[str, str] = {}
        self.launcher = SCRATCH / "measure"

    def command(self, program: str) -> list[str]:
        if program in self.commands:
            return self.commands[program]
        raise Failure(self.missing.get(program, f"there is no program '{program}'"))


def run(command: list[str], purpose: str) -> str:
    """Runs a step of the build; its output is only shown where it fails."""
    try:
        done = subprocess.run(
            command, cwd=PACKAGE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        raise Failure(f"{purpose}: {command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        SCRATCH.mkdir(parents=True, exist_ok=True)
        log = SCRATCH / "failed-build.log"
        log.write_text(done.stdout)
        raise Failure(f"{purpose} failed: {last_lines(done.stdout)}\nAll it said stands in {log}")
    return done.stdout


def library_flags() -> list[str]:
    """Where SQLite and libcrypto are; what pkg-config says, where it is asked and knows."""
    try:
        done = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "sqlite3", "libcrypto"], capture_output=True, text=True)
    except OSError:
        return ["-lsqlite3", "-lcrypto"]
    return done.stdout.split() if done.returncode == 0 else ["-lsqlite3", "-lcrypto"]


def compile_c(tools: Tools) -> None:
    """Compiles the limit and the launcher."""
    run([str(PACKAGE.parent / "Support" / "install-system-packages"), "--benchmarks"], "Looking for system packages")
    SCRATCH.mkdir(parents=True, exist_ok=True)
    compiler = os.environ.get("CC", "cc")
    options = [compiler, "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra"]
    run([*options, "-o", str(tools.launcher), str(PACKAGE / "measure" / "measure.c")], "Compiling the launcher")
    sources = sorted(str(path) for path in (PACKAGE / "limit").glob("*.c"))
    limit = SCRATCH / "limit"
    run([*options, "-o", str(limit), *sources, *library_flags()], "Compiling the limit")
    tools.commands["limit"] = [str(limit)]


def build_swift(package: Path, products: list[str]) -> dict[str, list[str]]:
    build = ["swift", "build", "--package-path", str(package), "-c", "release"]
    for product in products:
        run([*build, "--product", product], f"Building {product}")
    folder = Path(run([*build, "--show-bin-path"], "Asking for the folder of the build").strip().splitlines()[-1])
    return {product: [str(folder / product)] for product in products}


def install_peers() -> Path:
    """A virtual environment with the pinned peers, made anew when the pins or this Python change.

    Returns: Its Python.
    """
    wanted = hashlib.sha256((sys.version + sys.prefix).encode() + REQUIREMENTS.read_bytes()).hexdigest()
    folder = SCRATCH / "peers"
    stamp, python = folder / "requirements.sha256", folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    SCRATCH.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "venv", "--clear", str(folder)], "Making a virtual environment for the peers")
    run(
        [
            str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
            "--requirement", str(REQUIREMENTS),
        ],
        "Installing the peers")
    stamp.write_text(wanted)
    return python


def prepare(programs: set[str], progress: Progress, ledger_bench: Optional[str], builds: bool) -> Tools:
    """Makes ready what the chosen rows need. What cannot be had fails its rows only."""
    tools = Tools()
    compile_c(tools)

    def attempt(names: list[str], text: str, step) -> None:
        progress.note(text)
        start = time.monotonic()
        try:
            step()
        except Failure as failure:
            progress.note(f"FAILED: {failure}")
            for name in names:
                tools.missing[name] = str(failure).splitlines()[0]
        else:
            progress.note(f"… done in {time.monotonic() - start:.0f} s")

    if ledger_bench:
        tools.commands["ledger-bench"] = [str(Path(ledger_bench).resolve())]
    elif "ledger-bench" in programs:
        attempt(
            ["ledger-bench"], "Building ledger-bench (the first time takes some minutes)",
            lambda: tools.commands.update(swift_programs(PACKAGE, ["ledger-bench"], builds)))
    if "collector" in programs:
        attempt(
            ["collector", "worker"], "Building the collector and its worker",
            lambda: tools.commands.update(swift_programs(PACKAGE, ["collector", "worker"], builds)))
    peers = sorted(programs & set(PEERS))
    if peers:
        def install() -> None:
            python = install_peers()
            for name in peers:
                tools.commands[name] = [str(python), str(PACKAGE / "peers" / PEERS[name])]

        attempt(peers, "Installing the peers", install)
    return tools


def swift_programs(package: Path, products: list[str], builds: bool) -> dict[str, list[str]]:
    if builds:
        return build_swift(package, products)
    folder = package / ".build" / "release"
    for product in products:
        if not (folder / product).exists():
            raise Failure(f"there is no {folder / product}; leave --no-build out")
    return {product: [str(folder / product)] for product in products}


def versions(tools: Tools) -> dict[str, str]:
    """What was compared: versions of everything that was at work."""
    found = {
        "EventLedger": first_line("git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"),
        "Swift": first_line("swift", "--version"),
        "C compiler": first_line(os.environ.get("CC", "cc"), "--version"),
        "Python": sys.version.split()[0],
    }
    if "limit" in tools.commands:
        libraries = first_line(*tools.commands["limit"], "version")
        for part in libraries.split(", "):
            name, _, version = part.partition(" ")
            found[name] = version
    for name in PEERS:
        if name in tools.commands:
            python = tools.commands[name][0]
            found["SQLite of Python"] = first_line(python, "-c", "import sqlite3; print(sqlite3.sqlite_version)")
            found[name] = first_line(
                python, "-c", f"import importlib.metadata; print(importlib.metadata.version('{name}'))")
    return found
