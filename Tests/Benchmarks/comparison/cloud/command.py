"""`compare --gcp`: the same as `compare`, on Google Cloud's emulators."""

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

from .. import machine
from ..build import SCRATCH
from ..model import Board, Row
from ..process import Processes
from ..progress import Progress
from ..results import Circumstances
from ..runner import steps_of
from ..table import errors
from . import build
from .results import as_cloud_json, cost_in_words, output_of_cost, write
from .rows import services_of
from .runner import CloudRunner
from .services import Services
from .sizes import CloudSizes
from .table import plain


def compare(
    options: argparse.Namespace, rows: list[Row], sizes: CloudSizes, usual_output: Path, signals: tuple[int, ...]
) -> int:
    rounds = options.rounds or sizes.rounds
    start = time.monotonic()
    progress = Progress(steps_of(rows, rounds))
    processes = Processes()
    parent = options.folder or SCRATCH
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="gcp-", dir=parent))
    services = Services(folder, processes, progress)
    try:
        programs = {contestant.program for row in rows for contestant in row.contestants}
        needed = services_of(rows)
        tools = build.prepare(programs, needed, progress, options.cloud_bench, not options.no_build)
        services.start(needed, tools.commands.get(build.LOCAL_TASKS))
        board = Board(rows)
        facts = machine.describe(folder)
        CloudRunner(board, sizes, rounds, tools, processes, folder, progress, services).run()
        progress.finish()
        circumstances = Circumstances(
            datetime.now(timezone.utc).strftime("%Y-%m-%d"), facts, build.versions(tools), rounds, options.quick,
            time.monotonic() - start)
    finally:
        # Another Ctrl-C must not leave files and processes behind.
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        processes.kill_all()
        services.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        print(json.dumps(as_cloud_json(board, circumstances), indent=2, ensure_ascii=False))
    else:
        print(plain(board))
        output = output_of_cost(board)
        if output:
            print(f"\nWhat a month costs:\n{cost_in_words(output)}")
    output_folder = options.output or (None if options.quick or options.rows else usual_output)
    if output_folder:
        for path in write(output_folder, board, circumstances):
            print(f"written: {path}", file=sys.stderr)
    failed = len(errors(board))
    print(f"{progress.elapsed} minutes in all" + (f", {failed} programs failed" if failed else ""), file=sys.stderr)
    return 1 if failed else 0
