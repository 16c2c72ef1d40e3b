"""Medians, ratios and goals."""

import unittest

from ..model import LIMIT, OURS, P99, PEAK, Board, Goal, NotMeasured, Sample
from ..goals import below, of_limit, of_peer
from .boards import fill, measured, row, sample


class MedianTests(unittest.TestCase):
    def test_the_median_of_an_odd_number_is_the_middle(self):
        board = Board([row()])
        fill(board, "append", OURS, 900, 1, 30)
        self.assertEqual(board.median("append", OURS), 30)

    def test_the_median_of_an_even_number_is_between_the_middle_two(self):
        board = Board([row()])
        fill(board, "append", OURS, 10, 20, 40, 1000)
        self.assertEqual(board.median("append", OURS), 30)

    def test_what_was_not_run_has_none(self):
        board = Board([row()])
        for key, name in (("append", OURS), ("append", "nobody"), ("nothing", OURS)):
            with self.assertRaises(NotMeasured):
                board.median(key, name)

    def test_who_failed_once_has_none_although_other_rounds_went_well(self):
        board = Board([row()])
        fill(board, "append", OURS, 10)
        board.fail(board.rows["append"], board.rows["append"].contestant(OURS), "it crashed")
        with self.assertRaises(NotMeasured):
            board.median("append", OURS)

    def test_each_metric_reads_its_own_figure(self):
        taken = Sample(100, 4, 123, 1, {"microseconds": {"p99": 7}})
        self.assertEqual([taken.value("rate"), taken.value(PEAK), taken.value(P99)], [25, 123, 7])

    def test_a_run_without_time_or_latency_is_refused(self):
        with self.assertRaises(NotMeasured):
            Sample(1, 0).value("rate")
        with self.assertRaises(NotMeasured):
            Sample(1, 1).value(P99)
        board = Board([row(metric=P99)])
        with self.assertRaises(NotMeasured):
            board.add(board.rows["append"], board.rows["append"].contestant(OURS), Sample(1, 1))


class PeerTests(unittest.TestCase):
    def test_the_best_peer_is_the_fastest_that_did_not_fail(self):
        board = Board([row("append", peers=("slow", "fast", "failing"))])
        fill(board, "append", "slow", 1)
        fill(board, "append", "fast", 5)
        fill(board, "append", "failing", 99)
        board.fail(board.rows["append"], board.rows["append"].contestant("failing"), "it crashed")
        self.assertEqual(board.best_peer("append"), ("fast", 5))

    def test_without_a_peer_there_is_no_best(self):
        with self.assertRaises(NotMeasured):
            Board([row(peers=())]).best_peer("append")


class GoalTests(unittest.TestCase):
    def test_a_ratio_at_the_goal_meets_it_and_one_below_does_not(self):
        for rate, met in ((85, True), (84.9, False)):
            board = Board([row("append", of_limit("append", 0.85))])
            fill(board, "append", OURS, rate)
            fill(board, "append", LIMIT, 100)
            judgement = board.rows["append"].goals[0].judge(board)
            self.assertAlmostEqual(judgement.found, rate / 100)
            self.assertIs(judgement.met, met, rate)

    def test_the_ratio_to_a_peer_is_that_to_the_best(self):
        board = Board([row("append", of_peer("append", 3), peers=("a", "b"))])
        fill(board, "append", OURS, 30)
        fill(board, "append", "a", 5)
        fill(board, "append", "b", 10)
        judgement = board.rows["append"].goals[0].judge(board)
        self.assertEqual((judgement.found, judgement.met), (3, True))

    def test_where_less_is_better_the_goal_is_a_bound_from_above(self):
        for peak, met in ((59_999_999, True), (60_000_001, False)):
            board = Board([row("memory", below("memory", OURS, 60_000_000, "< 60 MB", "MB"), metric=PEAK)])
            board.add(board.rows["memory"], board.rows["memory"].contestant(OURS), sample(1, peak=peak))
            self.assertIs(board.rows["memory"].goals[0].judge(board).met, met, peak)

    def test_what_was_not_measured_is_neither_met_nor_missed(self):
        judgement = measured().rows["failed"].goals[0].judge(measured())
        self.assertIsNone(judgement.met)
        self.assertIn("failed", judgement.reason)

    def test_a_goal_may_look_at_another_row(self):
        goal = Goal("more", lambda board: board.median("b", OURS) / board.median("a", OURS), least=30)
        board = Board([row("a"), row("b", goal)])
        fill(board, "a", OURS, 2)
        fill(board, "b", OURS, 60)
        self.assertTrue(goal.judge(board).met)


if __name__ == "__main__":
    unittest.main()
