"""Builds everything that is compared, and installs the peers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .machine import first_line
from .process import Failure, last_lines
from .progress import Progress

PACKAGE = Path(__file__).resolve().parent.parent
REPOSITORY = PACKAGE.parent.parent
SCRATCH = PACKAGE / ".build" / "comparison"
SUPPORT = PACKAGE.parent / "Support"


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


@dataclass(frozen=True)
class CProgram:
    """All C files of a folder in one program, and the libraries that it links: what pkg-config calls each, and the
    option for it where pkg-config is not there."""

    folder: str
    libraries: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Peers:
    """Python programs, by the package that each is about. The packages are pinned in one file and installed into a
    virtual environment of their own."""

    folder: str
    requirements: Path
    programs: dict[str, str]


@dataclass(frozen=True)
class Programs:
    """What the rows of a suite are run with, by the names of the programs."""

    c: dict[str, CProgram]
    swift: tuple[str, ...]
    peers: Peers
    # What else was at work, and its version.
    versions: Callable[[Tools], dict[str, str]]


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


def library_flags(libraries: dict[str, str]) -> list[str]:
    """Where libraries are; what pkg-config says, where it is asked and knows."""
    if not libraries:
        return []
    try:
        done = subprocess.run(["pkg-config", "--cflags", "--libs", *libraries], capture_output=True, text=True)
    except OSError:
        return list(libraries.values())
    return done.stdout.split() if done.returncode == 0 else list(libraries.values())


def compile_c(program: CProgram, output: Path) -> None:
    options = [os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra"]
    sources = sorted(str(path) for path in (PACKAGE / program.folder).glob("*.c"))
    run([*options, "-o", str(output), *sources, *library_flags(program.libraries)], f"Compiling {output.name}")


def swift_program(product: str, builds: bool) -> list[str]:
    if not builds:
        built = PACKAGE / ".build" / "release" / product
        if not built.exists():
            raise Failure(f"there is no {built}; leave --no-build out")
        return [str(built)]
    build = ["swift", "build", "--package-path", str(PACKAGE), "-c", "release"]
    run([*build, "--product", product], f"Building {product}")
    folder = run([*build, "--show-bin-path"], "Asking for the folder of the build").strip().splitlines()[-1]
    return [str(Path(folder) / product)]


def install(peers: Peers) -> Path:
    """A virtual environment with the pinned peers, made anew when the pins or this Python change.

    Returns: Its Python.
    """
    wanted = hashlib.sha256((sys.version + sys.prefix).encode() + peers.requirements.read_bytes()).hexdigest()
    folder = SCRATCH / peers.folder
    stamp, python = folder / "requirements.sha256", folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return python
    run([sys.executable, "-m", "venv", "--clear", str(folder)], "Making a virtual environment for the peers")
    run(
        [
            str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
            "--requirement", str(peers.requirements),
        ],
        "Installing the peers")
    stamp.write_text(wanted)
    return python


def prepare(programs: Programs, needed: set[str], given: dict[str, str], builds: bool, progress: Progress) -> Tools:
    """Makes ready what the chosen rows need. What cannot be had fails its rows only.

    Parameters:
        needed: The names of the programs that they need.
        given: Programs that are there already, by name.
        builds: Whether Swift programs are built, or taken as they were built last.
    """
    tools = Tools()
    run([str(SUPPORT / "install-system-packages"), "--benchmarks"], "Looking for system packages")
    SCRATCH.mkdir(parents=True, exist_ok=True)
    compile_c(CProgram("measure"), tools.launcher)
    for name, program in programs.c.items():
        compile_c(program, SCRATCH / name)
        tools.commands[name] = [str(SCRATCH / name)]

    def attempt(names: Iterable[str], text: str, step: Callable[[], dict[str, list[str]]]) -> None:
        progress.note(text)
        start = time.monotonic()
        try:
            tools.commands.update(step())
        except Failure as failure:
            progress.note(f"FAILED: {failure}")
            for name in names:
                tools.missing[name] = str(failure).splitlines()[0]
        else:
            progress.note(f"… done in {time.monotonic() - start:.0f} s")

    for name in programs.swift:
        if name in given:
            tools.commands[name] = [str(Path(given[name]).resolve())]
        elif name in needed:
            attempt(
                [name], f"Building {name} (the first time takes some minutes)",
                lambda: {name: swift_program(name, builds)})
    peers = {name: program for name, program in programs.peers.programs.items() if name in needed}
    if peers:
        def installed() -> dict[str, list[str]]:
            python = str(install(programs.peers))
            return {name: [python, str(PACKAGE / "peers" / program)] for name, program in peers.items()}

        attempt(peers, "Installing the peers", installed)
    return tools


def versions(programs: Programs, tools: Tools) -> dict[str, str]:
    """What was compared: versions of everything that was at work."""
    found = {
        "EventLedger": first_line("git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"),
        "Swift": first_line("swift", "--version"),
        **programs.versions(tools),
        "Python": sys.version.split()[0],
    }
    for name in programs.peers.programs:
        if name in tools.commands:
            asked = f"import importlib.metadata; print(importlib.metadata.version('{name}'))"
            found[name] = first_line(tools.commands[name][0], "-c", asked)
    return found
