"""What is written down: JSON with every sample, Markdown with the table, and the plot of a suite that has one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .model import Board
from .plot import plot
from .suite import Suite
from .table import errors, markdown


@dataclass(frozen=True)
class Circumstances:
    date: str
    machine: dict[str, Any]
    versions: dict[str, str]
    rounds: int
    is_quick: bool
    seconds: float


def as_json(suite: Suite, board: Board, circumstances: Circumstances) -> dict[str, Any]:
    return {
        "date": circumstances.date,
        "isQuick": circumstances.is_quick,
        "rounds": circumstances.rounds,
        "seconds": round(circumstances.seconds),
        "machine": circumstances.machine,
        "versions": circumstances.versions,
        "rows": [row_as_json(board, key) for key in board.rows],
        **({"caveat": suite.caveat} if suite.caveat else {}),
        **suite.facts(board),
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


def as_markdown(suite: Suite, board: Board, circumstances: Circumstances) -> str:
    parts = [f"# {suite.title}", f"Written by `{suite.command}`."]
    if suite.caveat:
        parts.append(suite.caveat)
    parts.append(circumstances_in_words(circumstances))
    if suite.has_plot:
        parts.append(f"![Ratios to the limit and to the best peer]({suite.name}.svg)")
    parts.append(markdown(board, suite.columns))
    notes = list(dict.fromkeys(f"- {row.note}." for row in board.rows.values() if row.note))
    durability = {
        row.title: row.durability for row in board.rows.values() if row.durability not in ("", "reading only")}
    if durability:
        notes.insert(
            0, f"- Rows that write: {'; '.join(sorted(set(durability.values())))}, the same for all in a row.")
    if notes:
        parts.append("\n".join(notes))
    remarks = suite.remarks(board)
    if remarks:
        parts += [f"## {remarks.heading}", remarks.text]
    failed = errors(board)
    if failed:
        parts += ["## What failed", "\n".join(f"- {error}" for error in failed)]
    return "\n\n".join(parts) + "\n"


def write(folder: Path, suite: Suite, board: Board, circumstances: Circumstances) -> list[Path]:
    """Writes all files of a suite, each as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    results = as_markdown(suite, board, circumstances)
    texts = {
        "json": json.dumps(as_json(suite, board, circumstances), indent=2, ensure_ascii=False) + "\n",
        "md": results,
    }
    if suite.has_plot:
        texts["svg"] = plot(board, circumstances.date)
    written = [replace(folder / f"{suite.name}.{kind}", text) for kind, text in texts.items()]
    # The guide beside the folder shows the table among its explanations.
    guide = folder.with_suffix(".md")
    if guide.exists():
        former = guide.read_text(encoding="utf-8")
        shown = with_table(former, results, suite.mark)
        if shown != former:
            written.append(replace(guide, shown))
    return written


def replace(path: Path, text: str) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path


def with_table(guide: str, results: str, mark: str) -> str:
    """A text with the table of the results between its two marks; one without them stays as it is."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->\n"
    if begin not in guide or end not in guide:
        return guide
    head, rest = guide.split(begin, 1)
    facts = [line for line in results.splitlines() if line.startswith(("Measured on", "Machine:", "Versions:"))]
    table = [line for line in results.splitlines() if line.startswith("|")]
    shown = "\n".join(["", *"\n\n".join(facts).splitlines(), "", *table, "", ""])
    return head + begin + shown + end + rest.split(end, 1)[1]
