"""The guide that shows the table."""

import unittest

from comparison.results import with_table


class GuideTests(unittest.TestCase):
    guide = "before\n<!-- table -->\nold\n<!-- end of table -->\nafter\n"
    results = "# Results\n\nMeasured on a day.\n\n| row | ours |\n|---|---|\n| a | 1 |\n\n- a note\n"

    def test_the_table_and_its_circumstances_stand_between_the_marks(self):
        text = with_table(self.guide, self.results)
        self.assertTrue(text.startswith("before\n<!-- table -->\n"))
        self.assertTrue(text.endswith("<!-- end of table -->\nafter\n"))
        self.assertIn("Measured on a day.\n\n| row | ours |\n|---|---|\n| a | 1 |\n", text)
        self.assertNotIn("old", text)
        self.assertNotIn("a note", text)

    def test_doing_it_twice_changes_nothing(self):
        once = with_table(self.guide, self.results)
        self.assertEqual(with_table(once, self.results), once)

    def test_a_text_without_marks_stays(self):
        self.assertEqual(with_table("text\n", self.results), "text\n")


if __name__ == "__main__":
    unittest.main()
