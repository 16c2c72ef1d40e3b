"""From what was counted to what a month costs, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .prices import MONTH, PRICES

SEARCHES_A_DAY = 200
RUNS_A_DAY = 1
SECONDS_A_DAY = 86_400
# Questions to BigQuery in a day, by people and agents: eight views and statements, some of them more than once.
QUERIES_A_DAY = 20
# The least that a query is billed for each table that it looks at.
LEAST_OF_A_QUERY = 10 * 2**20
# Firestore keeps two entries for every indexed field and one for each composite index; measured nowhere, taken high.
INDEX_FACTOR = 3
# Nothing is deleted: after a year so much has come together.
MONTHS_KEPT = 12


@dataclass(frozen=True)
class Line:
    """What is used of one thing in a month, and its price without and with what is free."""

    name: str
    unit: str
    amount: float
    full: float
    with_free: float
    source: str


@dataclass(frozen=True)
class Usage:
    """What was counted in a part of the flow."""

    count: dict[str, Any]

    def of(self, service: str, name: str) -> float:
        return float(self.count[service][name])


def per_day(output: dict[str, Any], service: str, name: str) -> float:
    """What a day uses: a run for all users, the searches, and the waiting of whatever runs all day."""
    run, search, idle = (Usage(output[part]).of(service, name) for part in ("run", "search", "idle"))
    waiting = idle * SECONDS_A_DAY / output["idleSeconds"]
    return run * RUNS_A_DAY + search * SEARCHES_A_DAY / output["searches"] + waiting


def amounts(output: dict[str, Any]) -> dict[str, float]:
    """What a month uses, by the names of the prices. Storage is what a year brings together."""
    def month(service: str, *names: str) -> float:
        return MONTH * sum(per_day(output, service, name) for name in names)

    stored = month("bigquery", "stored") * MONTHS_KEPT
    # Every question looks at the whole table, as if nothing were partitioned.
    question = max(LEAST_OF_A_QUERY, stored)
    return {
        "Firestore reads": month("firestore", "reads"),
        "Firestore writes": month("firestore", "writes"),
        "Firestore deletes": month("firestore", "deletes"),
        "Firestore TTL deletes": month("firestore", "expiring"),
        "Firestore storage": month("firestore", "bytesWritten") * INDEX_FACTOR * MONTHS_KEPT,
        "Pub/Sub publish and delivery": month("pubsub", "published", "delivered"),
        "BigQuery streaming inserts": month("bigquery", "streamed"),
        "BigQuery storage": stored,
        "BigQuery queries": QUERIES_A_DAY * MONTH * question,
        "Cloud Tasks calls and deliveries": month("tasks", "calls", "deliveries"),
    }


def lines(output: dict[str, Any]) -> list[Line]:
    found = []
    for name, amount in amounts(output).items():
        price = PRICES[name]
        found.append(
            Line(name, price.unit, amount, price.cost(amount, False), price.cost(amount, True), price.source))
    return found


def total(output: dict[str, Any], with_free: bool) -> float:
    return sum(line.with_free if with_free else line.full for line in lines(output))


def reads_of_searches(output: dict[str, Any], more_papers: float) -> float:
    """Dollars a month for so many papers more in the collection: a search of the example reads all of them."""
    return PRICES["Firestore reads"].cost(more_papers * SEARCHES_A_DAY * MONTH, False)


def per_thousand_events(output: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Calls by service and method, and bytes by service, for 1,000 events of a run and of searches."""
    found: dict[str, dict[str, float]] = {}
    for part, events in (("run", output["eventsOfRun"]), ("search", output["eventsOfSearches"])):
        count = output[part]
        sums = {f"calls: {name}": number for name, number in count["calls"].items()}
        sums.update({f"bytes sent: {name}": number for name, number in count["bytesSent"].items()})
        sums.update({f"bytes received: {name}": number for name, number in count["bytesReceived"].items()})
        found[part] = {name: number * 1000 / max(events, 1) for name, number in sorted(sums.items())}
    return found
