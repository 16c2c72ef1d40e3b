"""Runs the benchmarks side by side, judges the goals, and writes down what was measured."""
