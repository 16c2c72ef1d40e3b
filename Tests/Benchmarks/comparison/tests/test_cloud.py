"""The figures on Google Cloud: rows, prices, what a month costs, and what is written."""

import os
import tempfile
import unittest
from pathlib import Path

from ..cloud import cost
from ..cloud.prices import PRICES, Price
from ..cloud.rows import SMALL, cpu_per_operation
from ..cloud.services import Services, exported
from ..cloud.suite import CLOUD
from ..model import OURS, Board, NotMeasured, Sample
from ..process import Processes
from ..progress import Progress
from ..results import Circumstances, as_json, as_markdown, write
from ..table import plain

MACHINE = {
    "processor": "a processor", "cores": 2, "memoryBytes": 2**30, "filesystem": "ext4", "device": "/dev/a",
    "syncMicroseconds": 100, "system": "Linux",
}


def counted(factor: int = 1) -> dict:
    """What a part of the flow used."""
    return {
        "calls": {"firestore commit": 10 * factor, "pubsub publish": 2 * factor},
        "bytesSent": {"firestore": 5_000 * factor}, "bytesReceived": {"firestore": 1_000 * factor},
        "firestore": {
            "reads": 100 * factor, "writes": 50 * factor, "deletes": 0, "expiring": 10 * factor,
            "bytesWritten": 5_000 * factor,
        },
        "pubsub": {"published": 2_000 * factor, "delivered": 2_000 * factor},
        "bigquery": {"rows": 10 * factor, "streamed": 10_240 * factor, "stored": 4_000 * factor, "queries": 0},
        "tasks": {"calls": 5 * factor, "deliveries": 5 * factor},
    }


def output() -> dict:
    return {
        "users": 100, "searches": 10, "idleSeconds": 60, "papers": 200, "eventsOfRun": 500, "eventsOfSearches": 10,
        "registration": counted(), "run": counted(10), "search": counted(), "idle": counted(0), "cpuSeconds": 1.0,
    }


def board() -> Board:
    """Every row, measured."""
    made = Board(CLOUD.rows(CLOUD.full))
    for row in made.rows.values():
        for contestant in row.contestants:
            rate = 100 if contestant.name == OURS else 10
            printed = output() if row.key == "cost" else {"cpuSeconds": 1 / rate}
            made.add(row, contestant, Sample(rate, 1.0, 10_000_000, 0.5, printed))
    return made


def circumstances() -> Circumstances:
    return Circumstances("2026-01-01", MACHINE, {"Swift": "6"}, 5, False, 60)


class CloudRowTests(unittest.TestCase):
    def test_keys_are_unique_and_quick_has_the_same_rows(self):
        full, quick = ([row.key for row in CLOUD.rows(sizes)] for sizes in (CLOUD.full, CLOUD.quick))
        self.assertEqual(len(full), len(set(full)))
        self.assertEqual(full, quick)

    def test_goals_ask_for_quantities_that_their_rows_measure(self):
        made = board()
        for row in made.rows.values():
            for goal in row.goals:
                self.assertIsNotNone(goal.judge(made).met, (row.key, goal.text, goal.judge(made).reason))

    def test_goals_are_missed_where_nothing_is_faster_or_cheaper(self):
        made = Board(CLOUD.rows(CLOUD.full))
        for row in made.rows.values():
            for contestant in row.contestants:
                printed = {**output(), "run": counted(1_000_000)} if row.key == "cost" else {"cpuSeconds": 1.0}
                peak = 10_000_000 if contestant.name == SMALL else 20_000_000
                made.add(row, contestant, Sample(10, 1.0, peak, 0.5, printed))
        for row in made.rows.values():
            for goal in row.goals:
                self.assertFalse(goal.judge(made).met, (row.key, goal.text))

    def test_cpu_is_the_median_over_operations(self):
        made = Board(CLOUD.rows(CLOUD.full))
        row = made.rows["transport-1"]
        ours = row.contestant(OURS)
        for seconds in (1.0, 5.0, 2.0):
            made.add(row, ours, Sample(1000, 1.0, 1, 9.0, {"cpuSeconds": seconds}))
        self.assertEqual(cpu_per_operation(made, "transport-1", OURS), 2000)
        with self.assertRaises(NotMeasured):
            cpu_per_operation(made, "transport-16", OURS)


class CostTests(unittest.TestCase):
    def test_what_is_free_is_subtracted_and_never_paid_back(self):
        price = Price("reads", "documents", 0.06, 100_000, 50_000, "")
        self.assertAlmostEqual(price.cost(150_000, False), 0.09)
        self.assertAlmostEqual(price.cost(150_000, True), 0.06)
        self.assertEqual(price.cost(10, True), 0)

    def test_a_day_is_a_run_the_searches_and_the_waiting(self):
        made = {**output(), "idle": counted(1)}
        # 10 runs' worth, 200 of 10 searches, and 100 reads in each of 1,440 minutes.
        self.assertEqual(cost.per_day(made, "firestore", "reads"), 1000 + 100 * 20 + 100 * 1440)

    def test_a_month_is_thirty_days(self):
        self.assertEqual(cost.amounts(output())["Firestore reads"], 30 * 3000)
        self.assertEqual(cost.amounts(output())["Cloud Tasks calls and deliveries"], 30 * (100 + 200))

    def test_a_question_to_a_small_table_is_billed_at_the_least_there_is(self):
        small = {**output(), "run": counted(0), "search": counted(0)}
        least = cost.amounts(small)["BigQuery queries"]
        self.assertEqual(least, cost.QUERIES_A_DAY * 30 * cost.LEAST_OF_A_QUERY)
        large = {**output(), "run": counted(100_000)}
        self.assertGreater(cost.amounts(large)["BigQuery queries"], least)

    def test_every_amount_has_a_price_with_a_source(self):
        self.assertEqual(set(cost.amounts(output())), set(PRICES))
        for price in PRICES.values():
            self.assertTrue(price.source.startswith("https://cloud.google.com/"))

    def test_the_lines_come_to_the_sum(self):
        lines = cost.lines(output())
        self.assertAlmostEqual(sum(line.full for line in lines), cost.total(output(), False))
        self.assertLessEqual(cost.total(output(), True), cost.total(output(), False))

    def test_calls_are_told_for_a_thousand_events(self):
        found = cost.per_thousand_events(output())
        self.assertEqual(found["run"]["calls: firestore commit"], 100 * 1000 / 500)
        self.assertEqual(found["search"]["bytes sent: firestore"], 5_000 * 1000 / 10)


class CloudOutputTests(unittest.TestCase):
    def test_the_files_say_what_an_emulator_does_not_tell(self):
        with tempfile.TemporaryDirectory() as folder:
            written = write(Path(folder), CLOUD, board(), circumstances())
            self.assertEqual([path.name for path in written], ["gcp.json", "gcp.md"])
            for path in written:
                self.assertIn("An emulator says nothing about production", path.read_text())

    def test_the_cost_is_shown_line_by_line(self):
        text = as_markdown(CLOUD, board(), circumstances())
        for name in PRICES:
            self.assertIn(f"| {name} |", text)
        self.assertIn("Not counted: the machines", text)

    def test_json_has_the_lines_and_both_sums(self):
        value = as_json(CLOUD, board(), circumstances())["cost"]
        self.assertEqual(len(value["lines"]), len(PRICES))
        self.assertLessEqual(value["withFreeTier"], value["full"])

    def test_without_the_row_there_is_no_cost(self):
        made = Board([row for row in CLOUD.rows(CLOUD.full) if row.key != "cost"])
        self.assertNotIn("What a month costs", as_markdown(CLOUD, made, circumstances()))
        self.assertNotIn("cost", as_json(CLOUD, made, circumstances()))

    def test_a_failed_program_is_named(self):
        made = Board(CLOUD.rows(CLOUD.full))
        row = made.rows["pubsub-publish"]
        made.fail(row, row.contestant(OURS), "it ended with status 1")
        self.assertIn("FAILED: ours", plain(made, CLOUD.columns))
        self.assertIn("pubsub-publish, ours: it ended with status 1", as_markdown(CLOUD, made, circumstances()))


class ServicesTests(unittest.TestCase):
    def test_what_the_services_print_is_read(self):
        text = "export A_HOST='127.0.0.1:1'\nexport B=''\nnothing\n"
        self.assertEqual(exported(text), {"A_HOST": "127.0.0.1:1", "B": ""})

    def test_the_environment_is_as_it_was_afterwards(self):
        with tempfile.TemporaryDirectory() as folder:
            services = Services(Path(folder), Processes(), Progress(1))
            services.former = {"EVENTLEDGER_TEST_NEW": None, "EVENTLEDGER_TEST_OLD": "old"}
            os.environ["EVENTLEDGER_TEST_NEW"] = os.environ["EVENTLEDGER_TEST_OLD"] = "changed"
            services.stop()
            self.assertNotIn("EVENTLEDGER_TEST_NEW", os.environ)
            self.assertEqual(os.environ.pop("EVENTLEDGER_TEST_OLD"), "old")


if __name__ == "__main__":
    unittest.main()
