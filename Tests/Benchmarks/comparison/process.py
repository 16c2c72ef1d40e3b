"""Runs programs, so that none outlives the comparison."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Optional

from .model import Sample


class Failure(Exception):
    """A program did not do what it was asked for; the text is for people."""


class Processes:
    """All processes that run, each with a group of its own."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], cwd: Path, output: Any, errors: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            process = subprocess.Popen(
                command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment,
                start_new_session=True)
        except OSError as error:
            raise Failure(f"{command[0]} could not be started: {error.strerror}") from error
        self.running.append(process)
        return process

    def wait(self, process: subprocess.Popen[bytes], timeout: float) -> int:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill(process)
            raise Failure(f"it did not end within {timeout:g} seconds") from None
        finally:
            if process.returncode is not None and process in self.running:
                self.running.remove(process)

    def stop(self, process: subprocess.Popen[bytes], patience: float) -> None:
        """Asks a process to end; one that does not is killed."""
        if process.poll() is None:
            signal_group(process, signal.SIGTERM)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        self.kill(process)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        signal_group(process, signal.SIGKILL)
        process.wait()
        if process in self.running:
            self.running.remove(process)

    def kill_all(self) -> None:
        for process in list(self.running):
            self.kill(process)


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    # The group has the process's number, and may have members although the process has ended.
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def last_json(text: str) -> Optional[dict[str, Any]]:
    """The JSON object in the last line that is not empty."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    try:
        value = json.loads(lines[-1])
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def last_lines(text: str, count: int = 3) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-count:])[-400:]


def measure(
    processes: Processes, launcher: Path, command: list[str], folder: Path, timeout: float
) -> tuple[dict[str, Any], dict[str, float]]:
    """Runs a program to its end.

    Returns: What it printed as its last line, and what it used.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        usage = Path(scratch) / "usage.json"
        output, errors = Path(scratch) / "output", Path(scratch) / "errors"
        with output.open("wb") as out, errors.open("wb") as err:
            process = processes.start([str(launcher), str(usage), *command], folder, out, err)
            status = processes.wait(process, timeout)
        printed = output.read_text(errors="replace")
        if status != 0:
            said = last_lines(errors.read_text(errors="replace") or printed)
            raise Failure(f"it ended with status {status}: {said or 'it said nothing'}")
        value = last_json(printed)
        if value is None:
            raise Failure(f"its last line is no JSON object: {last_lines(printed, 1)!r}")
        return value, json.loads(usage.read_text())


def sample_of(output: dict[str, Any], usage: dict[str, float]) -> Sample:
    try:
        operations, seconds = float(output["operations"]), float(output["seconds"])
    except (KeyError, TypeError, ValueError):
        raise Failure("it did not print operations and seconds") from None
    return Sample(
        operations, seconds, int(usage["peakBytes"]), usage["userSeconds"] + usage["systemSeconds"],
        {key: value for key, value in output.items() if key not in ("operations", "seconds")})
