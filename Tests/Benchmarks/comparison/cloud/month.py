"""What a month costs, as it is written below the table and in the JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Optional

from ..figures import significant
from ..model import OURS, Board
from ..suite import Remarks
from . import cost
from .prices import CHECKED, NOT_COUNTED, PRICES
from .rows import COST


def output_of_cost(board: Board) -> Optional[dict[str, Any]]:
    samples = board.samples.get(COST, {}).get(OURS, [])
    return {**samples[-1].output, "operations": samples[-1].operations} if samples else None


def dollars(value: float) -> str:
    return f"${value:,.2f}" if value == 0 or value >= 0.005 else f"${value:.4f}"


def amount(line: cost.Line) -> str:
    if line.unit == "bytes":
        return f"{significant(line.amount / 2**20)} MiB"
    return f"{line.amount:,.0f} {line.unit}"


def cost_in_words(output: dict[str, Any]) -> str:
    """The month line by line, what it stands on, and calls and bytes for 1,000 events."""
    lines = ["| what | in a month | list price | nothing free | with the free tier |", "|---|---:|---|---:|---:|"]
    for line in cost.lines(output):
        price = PRICES[line.name]
        per = {2**30: "GiB", 2**40: "TiB", 200 * 2**20: "200 MiB"}.get(int(price.units), f"{price.units:,.0f}")
        lines.append(
            f"| {line.name} | {amount(line)} | [${price.dollars:g} per {per}]({price.source}) | {dollars(line.full)} "
            f"| {dollars(line.with_free)} |")
    lines.append(
        f"| **all** | | | **{dollars(cost.total(output, False))}** | **{dollars(cost.total(output, True))}** |")
    facts = (
        f"Counted on a run for {output['users']} users ({output['eventsOfRun']:,} events, {output['papers']:,} papers), "
        f"{output['searches']} searches ({output['eventsOfSearches']:,} events) and {output['idleSeconds']} s of "
        f"waiting; a day is one run, {cost.SEARCHES_A_DAY} searches and a day of waiting, a month {cost.MONTH} days. "
        f"Storage is what {cost.MONTHS_KEPT} months bring together, with indexes taken as {cost.INDEX_FACTOR} times "
        f"what is written. BigQuery is asked {cost.QUERIES_A_DAY} questions a day, each of which looks at everything. "
        f"Prices in dollars for the United States, read on {CHECKED} from archived copies of the linked pages; compare them "
        f"with the pages of today before you rely on a sum.")
    growth = (
        "A search of the example reads every paper: each 1,000 papers more cost "
        f"{dollars(cost.reads_of_searches(output, 1000))} a month. At some size a search service is cheaper.")
    missing = "Not counted: " + "; ".join(NOT_COUNTED) + "."
    found = cost.per_thousand_events(output)
    names = sorted(set(found["run"]) | set(found["search"]))
    calls = ["| for 1,000 events | of a run | of searches |", "|---|---:|---:|"]
    for name in names:
        cells = [f"{found[part].get(name, 0):,.0f}" for part in ("run", "search")]
        calls.append(f"| {name} | {cells[0]} | {cells[1]} |")
    return "\n\n".join(["\n".join(lines), facts, growth, missing, "\n".join(calls)])


def remarks(board: Board) -> Optional[Remarks]:
    output = output_of_cost(board)
    return Remarks("What a month costs", cost_in_words(output)) if output else None


def facts(board: Board) -> dict[str, Any]:
    output = output_of_cost(board)
    if not output:
        return {}
    return {
        "cost": {
            "pricesChecked": CHECKED, "lines": [asdict(line) for line in cost.lines(output)],
            "full": cost.total(output, False), "withFreeTier": cost.total(output, True),
            "notCounted": list(NOT_COUNTED), "perThousandEvents": cost.per_thousand_events(output),
        },
    }
