"""Where the rows of a suite run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .build import Tools
from .model import Contestant, Prepared, Row, Sample
from .process import Failure, Processes, measure, sample_of
from .progress import Progress


@dataclass(frozen=True)
class Setting:
    """What a stage is given."""

    rows: list[Row]
    tools: Tools
    processes: Processes
    folder: Path
    progress: Progress
    timeout: int  # seconds for one run of one program
    corpus: Optional[str]


@dataclass(frozen=True)
class Preparation:
    """What was prepared: what `{prepared}` stands for, and the run that made it."""

    name: str
    sample: Sample


class Stage:
    """Runs programs and keeps what was prepared for them; the stage of a suite says where."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.preparations: dict[Prepared, Preparation] = {}
        # What went wrong once is not tried again for each round and row.
        self.failures: dict[Prepared, str] = {}

    def start(self) -> None:
        """Before the first row."""

    def begin(self, row: Row) -> None:
        """Before the first round of a row."""

    def sample(self, contestant: Contestant) -> Sample:
        """One run."""
        raise NotImplementedError

    def make(self, prepared: Prepared) -> Preparation:
        raise NotImplementedError

    def stop(self) -> None:
        """After the last row, or when no more are run. What was started before may be stopped already."""

    def run(self, contestant: Contestant, names: dict[str, str]) -> Sample:
        """Runs a program to its end, with these names in its arguments."""
        setting = self.setting
        command = [*setting.tools.command(contestant.program), *(part.format(**names) for part in contestant.arguments)]
        return sample_of(
            *measure(setting.processes, setting.tools.launcher, command, setting.folder, setting.timeout))

    def run_preparation(self, prepared: Prepared, option: str, name: str) -> Preparation:
        """Has a program prepare what an option names."""
        arguments = (prepared.command, option, "{prepared}", "--events", str(prepared.events))
        return Preparation(name, self.run(Contestant("preparing", prepared.program, arguments), {"prepared": name}))

    def has(self, prepared: Prepared) -> bool:
        return prepared in self.preparations or prepared in self.failures

    def need(self, prepared: Prepared) -> Preparation:
        """What was prepared, made now if need be."""
        if prepared in self.failures:
            raise Failure(self.failures[prepared])
        if prepared not in self.preparations:
            try:
                self.preparations[prepared] = self.make(prepared)
            except Failure as failure:
                self.failures[prepared] = f"its {prepared.events:,} events could not be prepared: {failure}"
                raise Failure(self.failures[prepared]) from failure
        return self.preparations[prepared]
