"""What holds for every suite: what its rows need is there, and rows are run on its stage."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from ..build import PACKAGE, Tools
from ..cloud.projects import VARIABLES
from ..cloud.suite import CLOUD
from ..local.suite import LOCAL
from ..model import OURS, Board, Contestant, Prepared, Row, Sample
from ..process import Failure, Processes
from ..progress import Progress
from ..runner import Runner
from ..stage import Preparation, Setting, Stage
from ..suite import programs_of


class NeedTests(unittest.TestCase):
    def test_every_program_that_a_row_needs_is_known(self):
        for suite in (LOCAL, CLOUD):
            programs = suite.programs
            self.assertLessEqual(
                programs_of(suite.rows(suite.full)), {*programs.c, *programs.swift, *programs.peers.programs})

    def test_every_peer_is_pinned_and_every_c_program_has_sources(self):
        for programs in (LOCAL.programs, CLOUD.programs):
            for name, program in programs.peers.programs.items():
                self.assertIn(f"\n{name}==", "\n" + programs.peers.requirements.read_text())
                self.assertTrue((PACKAGE / "peers" / program).exists())
            for program in programs.c.values():
                self.assertTrue(list((PACKAGE / program.folder).glob("*.c")))

    def test_every_row_on_google_cloud_names_its_services(self):
        rows = CLOUD.rows(CLOUD.full)
        self.assertEqual({service for row in rows for service in row.services}, set(VARIABLES))
        for row in rows:
            self.assertEqual(not row.services, row.key.startswith("transport"), row.key)


class PretendedStage(Stage):
    """Runs nothing, and tells what it was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Setting([], Tools(), Processes(), folder, Progress(1), 1, None))
        self.asked: list[str] = []

    def begin(self, row: Row) -> None:
        if row.key == "refused":
            raise Failure("there is nowhere to run it")
        self.asked.append(f"begin {row.key}")

    def sample(self, contestant: Contestant) -> Sample:
        if contestant.prepared is not None:
            self.need(contestant.prepared)
        self.asked.append(contestant.name)
        return Sample(1, 1)

    def make(self, prepared: Prepared) -> Preparation:
        self.asked.append(f"prepare {prepared.events}")
        if prepared.events > 10:
            raise Failure("it is too much")
        return Preparation("somewhere", Sample(1, 1))


class StageTests(unittest.TestCase):
    def run_rows(self, *rows: Row) -> tuple[Board, list[str]]:
        board = Board(list(rows))
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            stage = PretendedStage(Path(folder))
            Runner(board, 2, stage, stage.setting.progress).run()
        return board, stage.asked

    def test_what_was_prepared_is_prepared_once(self):
        reader = Contestant(OURS, "ours", prepared=Prepared("ours", 1))
        board, asked = self.run_rows(Row("a", "a", "events/s", (reader,)), Row("b", "b", "events/s", (reader,)))
        self.assertEqual(asked, ["begin a", "prepare 1", OURS, OURS, "begin b", OURS, OURS])
        self.assertEqual(len(board.samples["b"][OURS]), 2)

    def test_what_could_not_be_prepared_is_not_tried_again_and_the_others_go_on(self):
        reader = Contestant(OURS, "ours", prepared=Prepared("ours", 11))
        board, asked = self.run_rows(Row("a", "a", "events/s", (reader, Contestant("other", "other"))))
        self.assertEqual(asked, ["begin a", "prepare 11", "other", "other"])
        self.assertIn("could not be prepared: it is too much", board.errors["a"][OURS])

    def test_a_row_that_cannot_begin_fails_and_the_next_is_run(self):
        ours = (Contestant(OURS, "ours"),)
        board, asked = self.run_rows(Row("refused", "a", "events/s", ours), Row("b", "b", "events/s", ours))
        self.assertEqual(board.errors["refused"], {OURS: "there is nowhere to run it"})
        self.assertEqual(asked, ["begin b", OURS, OURS])


if __name__ == "__main__":
    unittest.main()
