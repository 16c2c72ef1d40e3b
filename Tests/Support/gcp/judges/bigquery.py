#!/usr/bin/env python3
"""Google's own client reads the events that we wrote to BigQuery, and writes one that we read.

    bigquery.py read PROJECT DATASET       the events as JSON, one a line, in the order of positions, each once
    bigquery.py write PROJECT DATASET      takes events of that form on its standard input and streams them in

The service is that of BIGQUERY_EMULATOR_HOST (host:port).
"""

import json
import os
import sys

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

COLUMNS = ("position", "partition_id", "id", "stream", "category", "revision", "type", "schema_version", "data", "tags",
           "occurred_at", "recorded_at", "metadata", "event_hash")


def shown(value):
    if hasattr(value, "isoformat"):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return list(value) if isinstance(value, (list, tuple)) else value


def read(client, dataset):
    rows = client.query_and_wait(
        f"SELECT {', '.join(COLUMNS)} FROM `{client.project}.{dataset}.events_deduplicated` ORDER BY position")
    for row in rows:
        print(json.dumps({name: shown(row[name]) for name in COLUMNS}))


def write(client, dataset):
    rows = [json.loads(line) for line in sys.stdin if line.strip()]
    errors = client.insert_rows_json(f"{client.project}.{dataset}.events", rows, row_ids=[row["id"] for row in rows])
    if errors:
        sys.exit(f"Refused: {[(one['index'], [error['reason'] for error in one['errors']]) for one in errors]}")


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("read", "write"):
        sys.exit(__doc__)
    client = bigquery.Client(
        project=sys.argv[2], credentials=AnonymousCredentials(),
        client_options={"api_endpoint": "http://" + os.environ["BIGQUERY_EMULATOR_HOST"]})
    {"read": read, "write": write}[sys.argv[1]](client, sys.argv[3])


if __name__ == "__main__":
    main()
