"""The command line of `compare`."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

from . import build, machine
from .cloud.suite import CLOUD
from .local.suite import LOCAL
from .model import Board, Row
from .process import Failure, Processes
from .progress import Progress
from .results import Circumstances, as_json, write
from .runner import Runner, steps_of
from .stage import Setting, Stage
from .suite import Suite, chosen, programs_of
from .table import errors, plain

DOCUMENTATION = build.REPOSITORY / "Documentation" / "performance"
EXAMPLES = """
examples:
  Tests/Benchmarks/compare --quick
  Tests/Benchmarks/compare --rows append read --rounds 9 --output /tmp/results
  Tests/Benchmarks/compare --folder /mnt/disk --corpus ~/arxiv
  Tests/Benchmarks/compare --gcp --rows transport cost

Exit status: 0 all rows were measured, whether or not their goals are met; 1 a row failed; 2 usage.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="compare", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EXAMPLES,
        description="Runs EventLedger, plain C and the peers side by side, and prints a table of medians and ratios.")
    made.add_argument(
        "--gcp", action="store_true",
        help="the rows on Google Cloud's emulators, which are started; writes gcp.json and .md")
    made.add_argument("--quick", action="store_true", help="small sizes, within minutes; writes to --output only")
    made.add_argument("--rows", nargs="+", metavar="ROW", help="only these rows, or those that begin with a word")
    made.add_argument("--list", action="store_true", help="print the names of the rows, and end")
    made.add_argument("--rounds", type=int, metavar="N", help="how often each program runs (5; quick: 2)")
    made.add_argument(
        "--output", type=Path, metavar="FOLDER",
        help="where results.json, .md and .svg go (Documentation/performance; quick or some rows: nowhere)")
    made.add_argument(
        "--folder", type=Path, metavar="FOLDER",
        help="where the data files go, on a real disk (a new one in Tests/Benchmarks/.build)")
    made.add_argument("--corpus", metavar="FOLDER", help="arXiv day files for the collector")
    made.add_argument("--json", action="store_true", help="print JSON instead of the table")
    made.add_argument("--no-build", action="store_true", help="use the Swift programs as they were built last")
    made.add_argument("--ledger-bench", metavar="FILE", help="use this build of ours")
    made.add_argument("--cloud-bench", metavar="FILE", help="with --gcp: use this build of ours")
    return made


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks to end."""


def interrupt(number: int, _: Any) -> None:
    raise Interrupted(number)


def data_folder(given: Optional[Path], needs_disk: bool) -> Path:
    """A new folder for the data files."""
    parent = given or build.SCRATCH
    parent.mkdir(parents=True, exist_ok=True)
    device, kind = machine.filesystem_of(parent)
    if needs_disk and kind in machine.MEMORY_FILESYSTEMS:
        raise Failure(f"{parent} lies in memory ({kind}). Name a folder on a disk: --folder FOLDER")
    return Path(tempfile.mkdtemp(prefix="data-", dir=parent))


def programs_given(options: argparse.Namespace) -> dict[str, str]:
    given = {"ledger-bench": options.ledger_bench, "cloud-bench": options.cloud_bench}
    return {name: path for name, path in given.items() if path}


def compare(suite: Suite, options: argparse.Namespace, rows: list[Row]) -> int:
    sizes = suite.sizes(options.quick)
    rounds = options.rounds or sizes.rounds
    start = time.monotonic()
    progress = Progress(steps_of(rows, rounds))
    processes = Processes()
    folder = data_folder(options.folder, suite.needs_disk)
    stage: Optional[Stage] = None
    try:
        tools = build.prepare(
            suite.programs, programs_of(rows), programs_given(options), not options.no_build, progress)
        stage = suite.stage(Setting(rows, tools, processes, folder, progress, sizes.timeout, options.corpus))
        stage.start()
        board = Board(rows)
        facts = machine.describe(folder)
        Runner(board, rounds, stage, progress).run()
        progress.finish()
        circumstances = Circumstances(
            datetime.now(timezone.utc).strftime("%Y-%m-%d"), facts, build.versions(suite.programs, tools), rounds,
            options.quick, time.monotonic() - start)
    finally:
        # Another Ctrl-C must not leave files and processes behind.
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        processes.kill_all()
        if stage is not None:
            stage.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        print(json.dumps(as_json(suite, board, circumstances), indent=2, ensure_ascii=False))
    else:
        print(plain(board, suite.columns))
        remarks = suite.remarks(board)
        if remarks:
            print(f"\n{remarks.heading}:\n{remarks.text}")
    output = options.output or (None if options.quick or options.rows else DOCUMENTATION)
    if output:
        for path in write(output, suite, board, circumstances):
            print(f"written: {path}", file=sys.stderr)
    failed = len(errors(board))
    print(f"{progress.elapsed} minutes in all" + (f", {failed} programs failed" if failed else ""), file=sys.stderr)
    return 1 if failed else 0


def main() -> int:
    made = parser()
    options = made.parse_args()
    suite = CLOUD if options.gcp else LOCAL
    rows = suite.rows(suite.sizes(options.quick))
    if options.rounds is not None and options.rounds < 1:
        made.error("--rounds takes a number from 1")
    if options.corpus and not Path(options.corpus).is_dir():
        made.error(f"there is no folder '{options.corpus}'")
    if options.rows:
        try:
            rows = chosen(rows, options.rows)
        except ValueError as problem:
            made.error(str(problem))
    if options.list:
        print("\n".join(f"{row.key:<22} {row.title}" for row in rows))
        return 0
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        return compare(suite, options, rows)
    except Failure as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 1
    except Interrupted as interrupted:
        print("\ncompare: interrupted; what was made is removed", file=sys.stderr)
        return 128 + int(interrupted.args[0])
