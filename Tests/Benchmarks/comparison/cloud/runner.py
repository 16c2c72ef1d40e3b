"""Runs the rows on Google Cloud's emulators: as the others, each run in a project of its own."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

from ..build import Tools
from ..model import Board, Contestant, Row, Sample
from ..process import Failure, Processes, measure, sample_of
from ..progress import Progress
from ..runner import rotated, rounds_of
from .rows import services_of
from .services import Services
from .sizes import CloudSizes

# The program that prepares what another one reads.
PREPARES = {"read": "prepare", "read-copy": "prepare-copy"}
VARIABLES = {
    "firestore": "FIRESTORE_EMULATOR_HOST", "pubsub": "PUBSUB_EMULATOR_HOST", "bigquery": "BIGQUERY_EMULATOR_HOST",
    "tasks": "CLOUD_TASKS_EMULATOR_HOST",
}


class CloudRunner:
    def __init__(
        self, board: Board, sizes: CloudSizes, rounds: int, tools: Tools, processes: Processes, folder: Path,
        progress: Progress, services: Services
    ) -> None:
        self.board = board
        self.sizes = sizes
        self.rounds = rounds
        self.tools = tools
        self.processes = processes
        self.folder = folder
        self.progress = progress
        self.services = services
        self.numbers = itertools.count(1)
        self.prepared: dict[tuple[str, ...], str] = {}

    def run(self) -> None:
        for row in self.board.rows.values():
            try:
                self.begin(row)
            except Failure as failure:
                for contestant in row.contestants:
                    self.board.fail(row, contestant, str(failure))
                self.progress.note(f"FAILED: {row.key}: {failure}")
                continue
            for turn in range(rounds_of(row, self.rounds)):
                for contestant in rotated(row.contestants, turn):
                    self.run_one(row, contestant, turn)

    def begin(self, row: Row) -> None:
        """Rows do not pay for what those before them left in an emulator's memory."""
        self.prepared.clear()
        needed = services_of([row])
        missing = sorted(name for name in needed if VARIABLES[name] not in os.environ)
        if missing:
            raise Failure(f"it needs {', '.join(missing)}, which did not start")
        for name in sorted(needed & {"firestore", "pubsub"}):
            self.services.restart(name)

    def run_one(self, row: Row, contestant: Contestant, turn: int) -> None:
        self.progress.step(f"{row.title}: {contestant.name}, round {turn + 1}")
        if self.board.has_failed(row, contestant):
            return
        try:
            self.board.add(row, contestant, self.sample(contestant))
        except Failure as failure:
            self.board.fail(row, contestant, str(failure))
            self.progress.note(f"FAILED: {row.key}, {contestant.name}: {failure}")

    def project(self) -> str:
        return f"bench-{next(self.numbers)}"

    def sample(self, contestant: Contestant) -> Sample:
        names = {"project": self.project()}
        if any("{server}" in part for part in contestant.arguments):
            names["server"] = self.services.start_server(self.tools.command("server"))
        if "{prepared}" in contestant.arguments:
            names["prepared"] = self.prepare(contestant)
        return self.measured(contestant, names)

    def measured(self, contestant: Contestant, names: dict[str, str]) -> Sample:
        command = [*self.tools.command(contestant.program), *(part.format(**names) for part in contestant.arguments)]
        return sample_of(*measure(self.processes, self.tools.launcher, command, self.folder, self.sizes.timeout))

    def prepare(self, contestant: Contestant) -> str:
        """The project with what is read, filled at the first use of a row."""
        if contestant.arguments not in self.prepared:
            row, *others = contestant.arguments
            project = self.project()
            preparing = Contestant("preparing", contestant.program, (PREPARES[row], *others))
            self.measured(preparing, {"prepared": project})
            self.prepared[contestant.arguments] = project
        return self.prepared[contestant.arguments]
