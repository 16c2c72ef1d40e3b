"""What is written down: JSON with every sample, Markdown with the table, and a plot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .model import Board
from .plot import plot
from .table import errors, markdown


@dataclass(frozen=True)
class Circumstances:
    date: str
    machine: dict[str, Any]
    versions: dict[str, str]
    rounds: int
    is_quick: bool
    seconds: float


def as_json(board: Board, circumstances: Circumstances) -> dict[str, Any]:
    return {
        "date": circumstances.date,
        "isQuick": circumstances.is_quick,
        "rounds": circumstances.rounds,
        "seconds": round(circumstances.seconds),
        "machine": circumstances.machine,
        "versions": circumstances.versions,
        "rows": [row_as_json(board, key) for key in board.rows],
    }


def row_as_json(board: Board, key: str) -> dict[str, Any]:
    row = board.rows[key]
    value: dict[str, Any] = {
        "row": key, "title": row.title, "unit": row.unit, "durability": row.durability,
        "figures": board.figures(row),
        "samples": {
            name: [
                {
                    "value": sample.value(row.contestant(name).metric), "operations": sample.operations,
                    "seconds": sample.seconds, "peakBytes": sample.peak_bytes, "cpuSeconds": sample.cpu_seconds,
                    **({"output": sample.output} if sample.output else {}),
                }
                for sample in samples
            ]
            for name, samples in board.samples[key].items()
        },
        "goals": [
            {
                "goal": judgement.goal.text, "found": judgement.found, "met": judgement.met,
                **({"reason": judgement.reason} if judgement.reason else {}),
            }
            for judgement in (goal.judge(board) for goal in row.goals)
        ],
    }
    if row.note:
        value["note"] = row.note
    if board.errors[key]:
        value["errors"] = board.errors[key]
    return value


def gigabytes(count: Any) -> str:
    return f"{float(count) / 2**30:.0f} GiB"


def circumstances_in_words(circumstances: Circumstances) -> str:
    machine = circumstances.machine
    lines = [
        f"Measured on {circumstances.date}, medians of up to {circumstances.rounds} rounds, "
        f"{circumstances.seconds / 60:.0f} minutes in all.",
        f"Machine: {machine['processor']}, {machine['cores']} cores, {gigabytes(machine['memoryBytes'])} of memory, "
        f"{machine['filesystem']} on {machine['device']} (a sync of 16 KiB takes {machine['syncMicroseconds']} µs), "
        f"{machine['system']}.",
        "Versions: " + "; ".join(f"{name} {version}" for name, version in circumstances.versions.items()) + ".",
    ]
    if circumstances.is_quick:
        lines.insert(0, "A quick run: its sizes are small, and its figures say little.")
    return "\n\n".join(lines)


def collector_in_words(board: Board) -> str:
    """Where the time goes in the collector, in the last round of each row."""
    parts = []
    for key, row in board.rows.items():
        samples = [sample for found in board.samples[key].values() for sample in found]
        if not key.startswith("collector") or not samples:
            continue
        output, last = samples[-1].output, samples[-1]
        phases = output["whereTheTimeGoes"]
        parts.append(
            f"- {row.title}, {output['corpus']}: {last.operations:,.0f} events and {output['papers']:,.0f} papers in "
            f"{last.seconds:.2f} s, {output['papersPerSecond']:,.0f} papers/s. Start and reading papers "
            f"{phases['startAndReadPapersSeconds']} s, then the run {phases['runSeconds']} s: until the first digest "
            f"{phases.get('untilFirstDigestSeconds', '–')} s, digests {phases.get('digestsSeconds', '–')} s, until "
            f"completed {phases.get('untilCompletedSeconds', '–')} s. Processor time: collector "
            f"{phases['collectorCpuSeconds']} s, workers {', '.join(map(str, phases['workersCpuSeconds']))} s. "
            f"{phases['commits']:,} commits.")
    return "\n".join(parts)


def as_markdown(board: Board, circumstances: Circumstances) -> str:
    parts = ["# Results", "Written by `Tests/Benchmarks/compare`.", circumstances_in_words(circumstances)]
    parts += ["![Ratios to the limit and to the best peer](results.svg)", markdown(board)]
    notes = list(dict.fromkeys(f"- {row.note}." for row in board.rows.values() if row.note))
    durability = {
        row.title: row.durability for row in board.rows.values() if row.durability not in ("", "reading only")}
    if durability:
        notes.insert(
            0, f"- Rows that write: {'; '.join(sorted(set(durability.values())))}, the same for all in a row.")
    if notes:
        parts.append("\n".join(notes))
    collector = collector_in_words(board)
    if collector:
        parts += ["## Where the collector's time goes", collector]
    failed = errors(board)
    if failed:
        parts += ["## What failed", "\n".join(f"- {error}" for error in failed)]
    return "\n\n".join(parts) + "\n"


def write(folder: Path, board: Board, circumstances: Circumstances) -> list[Path]:
    """Writes all three files, each as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "results.json": json.dumps(as_json(board, circumstances), indent=2, ensure_ascii=False) + "\n",
        "results.md": as_markdown(board, circumstances),
        "results.svg": plot(board, circumstances.date),
    }
    written = [replace(folder / name, text) for name, text in texts.items()]
    # The guide beside the folder shows the table among its explanations.
    guide = folder.with_suffix(".md")
    if guide.exists():
        written.append(replace(guide, with_table(guide.read_text(encoding="utf-8"), texts["results.md"])))
    return written


def replace(path: Path, text: str) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def with_table(guide: str, results: str) -> str:
    """A text with the table of the results between its two marks."""
    begin, end = "<!-- table -->\n", "<!-- end of table -->\n"
    if begin not in guide or end not in guide:
        return guide
    head, rest = guide.split(begin, 1)
    facts = [line for line in results.splitlines() if line.startswith(("Measured on", "Machine:", "Versions:"))]
    table = [line for line in results.splitlines() if line.startswith("|")]
    return head + begin + "\n".join(["", *"\n\n".join(facts).splitlines(), "", *table, "", ""]) + end + rest.split(end, 1)[1]
