"""The stage of Google Cloud's emulators: each run has a project of its own."""

from __future__ import annotations

import itertools
import os

from ..model import Contestant, Prepared, Row, Sample
from ..process import Failure
from ..stage import Preparation, Setting, Stage
from .rows import LOCAL_TASKS, SERVER
from .services import Services

VARIABLES = {
    "firestore": "FIRESTORE_EMULATOR_HOST", "pubsub": "PUBSUB_EMULATOR_HOST", "bigquery": "BIGQUERY_EMULATOR_HOST",
    "tasks": "CLOUD_TASKS_EMULATOR_HOST",
}


class Projects(Stage):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.services = Services(setting.folder, setting.processes, setting.progress)
        self.numbers = itertools.count(1)

    def start(self) -> None:
        needed = {service for row in self.setting.rows for service in row.services}
        self.services.start(needed, self.setting.tools.commands.get(LOCAL_TASKS))

    def begin(self, row: Row) -> None:
        """Rows do not pay for what those before them left in an emulator's memory."""
        self.preparations.clear()
        self.failures.clear()
        missing = sorted(name for name in row.services if VARIABLES[name] not in os.environ)
        if missing:
            raise Failure(f"it needs {', '.join(missing)}, which did not start")
        for name in sorted({"firestore", "pubsub"}.intersection(row.services)):
            self.services.restart(name)

    def sample(self, contestant: Contestant) -> Sample:
        names = {"project": self.project()}
        if any("{server}" in part for part in contestant.arguments):
            names["server"] = self.services.start_server(self.setting.tools.command(SERVER))
        if contestant.prepared is not None:
            names["prepared"] = self.need(contestant.prepared).name
        return self.run(contestant, names)

    def make(self, prepared: Prepared) -> Preparation:
        return self.run_preparation(prepared, "--project", self.project())

    def project(self) -> str:
        return f"bench-{next(self.numbers)}"

    def stop(self) -> None:
        self.services.stop()
