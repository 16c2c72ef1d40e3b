"""Files that are made once and used by several rows."""

from __future__ import annotations

from pathlib import Path

from .build import Tools
from .machine import BYTES_PER_EVENT, free_bytes
from .model import Contestant, Prepared, Sample
from .process import Failure, Processes, measure, sample_of


class PreparedFiles:
    def __init__(self, folder: Path, tools: Tools, processes: Processes, timeout: float) -> None:
        self.folder = folder
        self.tools = tools
        self.processes = processes
        self.timeout = timeout
        self.samples: dict[Prepared, Sample] = {}
        # What went wrong once is not tried again for each row.
        self.failures: dict[Prepared, str] = {}

    def path(self, prepared: Prepared) -> Path:
        return self.folder / f"prepared-{prepared.program}-{prepared.events}.sqlite"

    def has(self, prepared: Prepared) -> bool:
        return prepared in self.samples or prepared in self.failures

    def need(self, contestant: Contestant) -> Path:
        """The file, made now if need be."""
        prepared = contestant.prepared
        assert prepared is not None
        if prepared in self.failures:
            raise Failure(self.failures[prepared])
        if prepared not in self.samples:
            try:
                self.samples[prepared] = self.make(prepared)
            except Failure as failure:
                self.failures[prepared] = f"its file of {prepared.events:,} events could not be made: {failure}"
                raise Failure(self.failures[prepared]) from failure
        return self.path(prepared)

    def make(self, prepared: Prepared) -> Sample:
        wanted, free = prepared.events * BYTES_PER_EVENT, free_bytes(self.folder)
        if free < wanted * 1.2:
            raise Failure(f"it takes about {wanted / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free in {self.folder}")
        command = [
            *self.tools.command(prepared.program), "prepare", "--ledger", str(self.path(prepared)),
            "--events", str(prepared.events),
        ]
        return sample_of(*measure(self.processes, self.tools.launcher, command, self.folder, self.timeout))
