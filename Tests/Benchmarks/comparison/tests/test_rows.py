"""The rows themselves, and what the limit knows about the schema."""

import re
import unittest
from pathlib import Path

from ..figures import spoken
from ..local.rows import all_rows
from ..local.sizes import FULL, QUICK
from ..model import LIMIT, OURS, Board, Sample
from ..runner import in_order, rotated, rounds_of, steps_of
from ..suite import chosen

PACKAGE = Path(__file__).resolve().parents[2]
REPOSITORY = PACKAGE.parents[1]


def squeezed(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")").replace("; ", ";").strip().rstrip(";")


class RowTests(unittest.TestCase):
    def test_keys_are_unique_and_quick_has_the_same_kinds_of_rows(self):
        for sizes in (FULL, QUICK):
            keys = [row.key for row in all_rows(sizes)]
            self.assertEqual(len(keys), len(set(keys)))
        full = {re.sub(r"-\d{4,}$", "", row.key) for row in all_rows(FULL)}
        quick = {re.sub(r"-\d{4,}$", "", row.key) for row in all_rows(QUICK)}
        self.assertEqual(full, quick)

    def test_goals_ask_for_quantities_that_their_rows_measure(self):
        for sizes in (FULL, QUICK):
            board = Board(all_rows(sizes))
            for row in board.rows.values():
                for contestant in row.contestants:
                    board.add(row, contestant, Sample(10, 1, 1000, 1, {"microseconds": {"p99": 5}}))
            for row in board.rows.values():
                for goal in row.goals:
                    self.assertIsNotNone(goal.judge(board).met, (row.key, goal.text, goal.judge(board).reason))

    def test_growth_compares_our_slowdown_with_that_of_the_limit(self):
        board = Board(all_rows(FULL))
        row = board.rows["growth"]
        for contestant, rate in zip(row.contestants, (100, 200, 90, 100)):
            board.add(row, contestant, Sample(rate, 1))
        self.assertEqual(board.figures(row), {OURS: 0.9, LIMIT: 0.5})
        self.assertAlmostEqual(row.goals[0].judge(board).found, 1.8)

    def test_rows_are_chosen_by_name_or_beginning(self):
        rows = all_rows(FULL)
        self.assertEqual([row.key for row in chosen(rows, ["read"])], ["read-all", "read-stream", "read-tag"])
        self.assertEqual([row.key for row in chosen(rows, ["hash"])], ["hash"])
        with self.assertRaises(ValueError):
            chosen(rows, ["reading"])

    def test_readers_of_a_prepared_file_come_before_those_that_change_it(self):
        changed = set()
        for row in in_order(all_rows(FULL)):
            for contestant in row.contestants:
                if contestant.prepared and not row.changes_prepared:
                    self.assertNotIn(contestant.prepared, changed, row.key)
            if row.changes_prepared:
                changed |= {contestant.prepared for contestant in row.contestants}

    def test_each_round_begins_with_another_program(self):
        contestants = all_rows(FULL)[0].contestants
        firsts = [rotated(contestants, turn)[0] for turn in range(len(contestants))]
        self.assertEqual(set(firsts), set(contestants))
        for turn in range(7):
            self.assertEqual(set(rotated(contestants, turn)), set(contestants))

    def test_steps_count_runs_and_preparations(self):
        row = next(row for row in all_rows(FULL) if row.key == "read-all")
        self.assertEqual(rounds_of(row, 5), 5)
        self.assertEqual(steps_of([row], 5), 3 * 5 + 2)

    def test_counts_are_spoken(self):
        self.assertEqual([spoken(n) for n in (500, 5_000, 10_000, 1_000_000)],
                         ["500", "5,000", "10 thousand", "1 million"])


class SchemaTests(unittest.TestCase):
    def test_the_limit_has_the_tables_of_the_ledger(self):
        swift = (REPOSITORY / "Sources/EventLedgerSQLite/Store/SQLiteSchema.swift").read_text()
        header = (PACKAGE / "limit" / "schema.h").read_text()
        migrations = re.findall(r'"""\n(.*?)"""', swift[swift.index("ledgerMigrations = ["):], re.DOTALL)
        declared = header[header.index("SCHEMA ="):header.index(";\n\n", header.index("SCHEMA ="))]
        literals = " ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', declared))
        self.assertEqual(squeezed(literals), squeezed(" ".join(migrations)))
        version = re.search(r"SCHEMA_VERSION (\d+)", header).group(1)
        self.assertEqual(int(version), len(migrations))


if __name__ == "__main__":
    unittest.main()
