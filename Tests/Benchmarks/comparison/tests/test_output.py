"""Table, Markdown, JSON and plot."""

import json
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

from ..figures import significant
from ..local.suite import LOCAL
from ..model import Board
from ..plot import plot, ticks
from ..results import Circumstances, as_json, write
from ..table import errors, markdown, plain, table
from .boards import measured, row

CIRCUMSTANCES = Circumstances(
    "2026-01-05",
    {
        "processor": "a processor", "cores": 2, "memoryBytes": 2**34, "filesystem": "ext4", "device": "/dev/a",
        "syncMicroseconds": 200, "system": "Linux 6",
    },
    {"Swift": "6.3"}, 3, False, 60.0)


class TableTests(unittest.TestCase):
    def test_a_line_shows_medians_ratios_and_judgements(self):
        first, second = table(measured(), LOCAL.columns)[:2]
        self.assertEqual(first[1:6], ["90 events/s", "100 events/s", "0.90", "45 events/s (peer)", "2.00"])
        self.assertEqual(first[6:], ["≥ 0.85 of the limit", "0.90 ×", "yes"])
        self.assertEqual(second, [""] * 6 + ["≥ 3 × the best peer", "2.00 ×", "NO"])

    def test_a_row_that_failed_says_so_and_keeps_what_was_measured(self):
        line = table(measured(), LOCAL.columns)[2]
        self.assertIn("FAILED: ours", line[0])
        self.assertEqual((line[1], line[2], line[-1]), ("–", "100 events/s", "not measured"))
        self.assertEqual(len(errors(measured())), 1)

    def test_memory_is_in_megabytes(self):
        line = table(measured(), LOCAL.columns)[3]
        self.assertEqual((line[1], line[-2], line[-1]), ("61 MB", "61 MB", "NO"))

    def test_figures_have_three_digits(self):
        self.assertEqual(
            [significant(value) for value in (0, 0.012345, 1.2345, 12.345, 123.45, 1234.5, 1_234_567)],
            ["0", "0.0123", "1.23", "12.3", "123", "1,230", "1,230,000"])

    def test_lines_of_markdown_have_equal_cells(self):
        lines = markdown(measured(), LOCAL.columns).splitlines()
        self.assertEqual({line.replace("\\|", "").count("|") for line in lines}, {10})
        self.assertIn("**no**", markdown(measured(), LOCAL.columns))

    def test_columns_stand_below_each_other(self):
        lines = plain(measured(), LOCAL.columns).splitlines()
        self.assertEqual({line.find("≥ ") for line in lines if "≥ " in line}, {lines[0].find("goal")})


class PlotTests(unittest.TestCase):
    def test_it_is_well_formed_and_has_a_bar_for_each_ratio(self):
        root = ElementTree.fromstring(plot(measured(), "2026-01-05"))
        bars = root.findall("{http://www.w3.org/2000/svg}rect")
        self.assertEqual([bar.get("class") for bar in bars], ["good", "bad"])
        for bar in bars:
            self.assertGreater(float(bar.get("width")), 0)

    def test_names_with_marks_of_xml_are_escaped(self):
        board = measured()
        object.__setattr__(board.rows["append"], "title", "a < b & c")
        ElementTree.fromstring(plot(board, "today"))

    def test_it_is_readable_in_the_dark(self):
        self.assertIn("prefers-color-scheme: dark", plot(measured(), "today"))

    def test_nothing_measured_is_still_a_picture(self):
        ElementTree.fromstring(plot(Board([row()]), "today"))

    def test_ticks_lie_between_the_ends(self):
        self.assertEqual(ticks(0.15, 6), [0.2, 0.5, 1, 2, 5])
        self.assertEqual(ticks(0.5, 500), [1, 10, 100])


class FileTests(unittest.TestCase):
    def test_three_files_are_written_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / "new", LOCAL, measured(), CIRCUMSTANCES)
            names = sorted(path.name for path in (Path(folder) / "new").iterdir())
            self.assertEqual(names, ["results.json", "results.md", "results.svg"])
            text = (Path(folder) / "new" / "results.md").read_text()
        self.assertIn("a processor, 2 cores, 16 GiB", text)
        self.assertIn("## What failed", text)

    def test_json_keeps_every_sample_and_every_goal(self):
        value = json.loads(json.dumps(as_json(LOCAL, measured(), CIRCUMSTANCES)))
        append, failed = value["rows"][0], value["rows"][1]
        self.assertEqual([taken["value"] for taken in append["samples"]["ours"]], [90, 10, 100])
        self.assertEqual([goal["met"] for goal in append["goals"]], [True, False])
        self.assertEqual(list(failed["errors"]), ["ours"])
        self.assertIsNone(failed["goals"][0]["met"])


if __name__ == "__main__":
    unittest.main()
