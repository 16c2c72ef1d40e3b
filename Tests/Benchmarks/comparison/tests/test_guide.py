"""The guide that shows the tables."""

import tempfile
import unittest
from pathlib import Path

from ..cloud.suite import CLOUD
from ..local.suite import LOCAL
from ..results import with_table, write
from .boards import measured
from .test_output import CIRCUMSTANCES


class GuideTests(unittest.TestCase):
    guide = "before\n<!-- table -->\nold\n<!-- end of table -->\nafter\n"
    results = "# Results\n\nMeasured on a day.\n\n| row | ours |\n|---|---|\n| a | 1 |\n\n- a note\n"

    def test_the_table_and_its_circumstances_stand_between_the_marks(self):
        text = with_table(self.guide, self.results, LOCAL.mark)
        self.assertTrue(text.startswith("before\n<!-- table -->\n"))
        self.assertTrue(text.endswith("<!-- end of table -->\nafter\n"))
        self.assertIn("Measured on a day.\n\n| row | ours |\n|---|---|\n| a | 1 |\n", text)
        self.assertNotIn("old", text)
        self.assertNotIn("a note", text)

    def test_doing_it_twice_changes_nothing(self):
        once = with_table(self.guide, self.results, LOCAL.mark)
        self.assertEqual(with_table(once, self.results, LOCAL.mark), once)

    def test_a_text_without_marks_stays(self):
        self.assertEqual(with_table("text\n", self.results, LOCAL.mark), "text\n")

    def test_a_suite_writes_its_files_and_its_own_part_of_the_guide(self):
        marks = "".join(f"<!-- {suite.mark} -->\n<!-- end of {suite.mark} -->\n" for suite in (LOCAL, CLOUD))
        for suite, other in ((LOCAL, CLOUD), (CLOUD, LOCAL)):
            with tempfile.TemporaryDirectory() as folder:
                guide = Path(folder) / "performance.md"
                guide.write_text(marks)
                written = write(Path(folder) / "performance", suite, measured(), CIRCUMSTANCES)
                names = [f"{suite.name}.json", f"{suite.name}.md", *([f"{suite.name}.svg"] if suite.has_plot else [])]
                self.assertEqual([path.name for path in written], [*names, "performance.md"])
                text = guide.read_text()
            shown = text.split(f"<!-- {suite.mark} -->\n")[1].split(f"<!-- end of {suite.mark} -->")[0]
            self.assertIn("Measured on 2026-01-05", shown)
            self.assertIn(f"<!-- {other.mark} -->\n<!-- end of {other.mark} -->\n", text)


if __name__ == "__main__":
    unittest.main()
