"""The stage of one machine: each run has files of its own, on a disk."""

from __future__ import annotations

import shutil

from ..machine import BYTES_PER_EVENT, free_bytes
from ..model import Contestant, Prepared, Sample
from ..process import Failure
from ..stage import Preparation, Setting, Stage
from .collector import Collector, found_corpus
from .rows import COLLECTOR


class Files(Stage):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.collector = Collector(
            setting.tools, setting.processes, setting.folder, found_corpus(setting.corpus), setting.timeout)

    def sample(self, contestant: Contestant) -> Sample:
        if contestant.program == COLLECTOR:
            users, workers = map(int, contestant.arguments)
            return self.collector.run(users, workers)
        preparation = self.need(contestant.prepared) if contestant.prepared else None
        if contestant.is_preparation:
            assert preparation is not None
            return preparation.sample
        files = self.setting.folder / "run"
        files.mkdir()
        try:
            names = {"ledger": str(files / "ledger.sqlite"), "into": str(files / "into.sqlite")}
            if preparation is not None:
                names["prepared"] = preparation.name
            return self.run(contestant, names)
        finally:
            shutil.rmtree(files, ignore_errors=True)

    def make(self, prepared: Prepared) -> Preparation:
        folder = self.setting.folder
        wanted, free = prepared.events * BYTES_PER_EVENT, free_bytes(folder)
        if free < wanted * 1.2:
            raise Failure(f"it takes about {wanted / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free in {folder}")
        path = folder / f"prepared-{prepared.program}-{prepared.events}.sqlite"
        return self.run_preparation(prepared, "--ledger", str(path))
