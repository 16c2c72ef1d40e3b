"""Google's public prices in US dollars, without discounts, and what of them is free.

Prices are those of the United States; where Google's multi-region is dearer than a region, it is the multi-region's. They
were read on CHECKED from archived copies of the pages below, of unknown and different age, and for BigQuery's queries from
a text about them; they were not compared with the pages of that day. Look there before you rely on a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

CHECKED = "2026-11-21"
MONTH = 30  # days

KB, GB, GIB, TIB = 1_000, 10**9, 2**30, 2**40


@dataclass(frozen=True)
class Price:
    """What so many units of something cost, and how many of them are free in a month."""

    name: str
    unit: str
    dollars: float
    units: float
    free: float
    source: str

    def cost(self, amount: float, with_free: bool) -> float:
        return max(0.0, amount - (self.free if with_free else 0)) * self.dollars / self.units


FIRESTORE = "https://cloud.google.com/firestore/pricing"
PUBSUB = "https://cloud.google.com/pubsub/pricing"
BIGQUERY = "https://cloud.google.com/bigquery/pricing"
TASKS = "https://cloud.google.com/tasks/pricing"

# Of Firestore the quotas are daily, and hold for one database of a project.
PRICES = {
    price.name: price
    for price in (
        Price("Firestore reads", "documents", 0.06, 100_000, 50_000 * MONTH, FIRESTORE),
        Price("Firestore writes", "documents", 0.18, 100_000, 20_000 * MONTH, FIRESTORE),
        Price("Firestore deletes", "documents", 0.02, 100_000, 20_000 * MONTH, FIRESTORE),
        # Deletes by a time-to-live policy have no free quota.
        Price("Firestore TTL deletes", "documents", 0.02, 100_000, 0, FIRESTORE),
        Price("Firestore storage", "bytes", 0.18, GIB, GIB, FIRESTORE),
        Price("Pub/Sub publish and delivery", "bytes", 40.0, TIB, 10 * GIB, PUBSUB),
        Price("BigQuery streaming inserts", "bytes", 0.01, 200 * 2**20, 0, BIGQUERY),
        Price("BigQuery storage", "bytes", 0.02, GIB, 10 * GIB, BIGQUERY),
        Price("BigQuery queries", "bytes", 6.25, TIB, TIB, BIGQUERY),
        Price("Cloud Tasks calls and deliveries", "operations", 0.40, 1_000_000, 1_000_000, TASKS),
    )
}

NOT_COUNTED = (
    "the machines that the processes run on, Cloud Run or others: dispatcher, relay and subscriber wait all day",
    "traffic out of the region, logs, backups, and taxes",
    "errors, retries and lost races, of which the emulators have few",
)
