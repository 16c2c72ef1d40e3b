"""Starts the services that rows need, and the server that the transports and the deliveries go to."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from typing import Optional

from ..build import REPOSITORY
from ..process import Failure, Processes, last_lines
from ..progress import Progress

SERVICES = REPOSITORY / "Tests" / "Support" / "gcp" / "services"
LEFT_OUT = 3
PATIENCE = 10.0


def exported(text: str) -> dict[str, str]:
    """The variables in what the services print for a shell."""
    return dict(re.findall(r"^export (\w+)='([^']*)'$", text, re.MULTILINE))


class Services:
    """Google's emulators and the stand-ins, in a state folder of their own."""

    def __init__(self, folder: Path, processes: Processes, progress: Progress) -> None:
        self.state = folder / "services"
        self.folder = folder
        self.processes = processes
        self.progress = progress
        self.server: Optional[str] = None
        # What the environment was before, by name.
        self.former: dict[str, Optional[str]] = {}

    def start(self, names: set[str], cloud_tasks_local: Optional[list[str]]) -> None:
        """Starts services and tells this process, and so all that it starts, where they are."""
        if not names:
            return
        command = ["start", "--state", str(self.state), "--only", ",".join(sorted(names))]
        if cloud_tasks_local:
            command += ["--cloud-tasks-local", cloud_tasks_local[0]]
        done = self.call(*command)
        for line in done.stderr.splitlines():
            self.progress.note(line)
        if done.returncode not in (0, LEFT_OUT):
            raise Failure(f"the services did not start: {last_lines(done.stderr)}")
        for name, value in exported(done.stdout).items():
            self.former.setdefault(name, os.environ.get(name))
            os.environ[name] = value

    def restart(self, name: str) -> None:
        """An emulator that keeps all in memory begins each row empty."""
        done = self.call("restart", name, "--state", str(self.state))
        if done.returncode != 0:
            raise Failure(f"{name} did not start again: {last_lines(done.stderr)}")

    def start_server(self, program: list[str]) -> str:
        """The server for transports and deliveries. Returns: Its address."""
        if self.server is None:
            port_file = self.folder / "server.port"
            self.processes.start([*program, str(port_file)], self.folder, subprocess.DEVNULL, subprocess.DEVNULL)
            deadline = time.monotonic() + PATIENCE
            while not port_file.exists() or not port_file.read_text().endswith("\n"):
                if time.monotonic() > deadline:
                    raise Failure("the server did not start")
                time.sleep(0.01)
            self.server = f"http://127.0.0.1:{port_file.read_text().strip()}"
        return self.server

    def stop(self) -> None:
        if self.state.exists():
            self.call("stop", "--state", str(self.state))
        for name, value in self.former.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SERVICES), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
