"""google-cloud-tasks: creates tasks, 32 at once, and waits until all were delivered.

The tasks are known beforehand; nothing is recorded of them, where ours keeps an outbox in the ledger. It speaks REST, since
that is all that cloud-tasks-local speaks.
"""

from __future__ import annotations

import argparse
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksRestTransport

import cloud_peer

WRITERS = 32
PATIENCE = 600


def count(server: str) -> int:
    with urllib.request.urlopen(f"{server}/count") as answer:
        return int(answer.read())


def create(options: argparse.Namespace) -> dict[str, float]:
    host = cloud_peer.host("CLOUD_TASKS_EMULATOR_HOST")
    transport = CloudTasksRestTransport(host=host, url_scheme="http", credentials=AnonymousCredentials())
    client = tasks_v2.CloudTasksClient(transport=transport, client_options=ClientOptions())
    parent = f"projects/{options.project}/locations/us-central1"
    queues = [f"{parent}/queues/bench-{number}" for number in range(options.queues)]
    limits = tasks_v2.RateLimits(max_dispatches_per_second=500, max_concurrent_dispatches=5000)
    for queue in queues:
        client.create_queue(parent=parent, queue=tasks_v2.Queue(name=queue, rate_limits=limits))

    def one(n: int) -> None:
        request = tasks_v2.HttpRequest(url=f"{options.server}/tasks", body=cloud_peer.data(n, 100))
        client.create_task(parent=queues[n % len(queues)], task=tasks_v2.Task(http_request=request))

    expected = count(options.server) + options.tasks
    watch = cloud_peer.Stopwatch()
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(one, n) for n in range(options.tasks)]:
            done.result()
    deadline = time.monotonic() + PATIENCE
    while count(options.server) < expected:
        if time.monotonic() > deadline:
            raise SystemExit("Not all tasks were delivered within 10 minutes.")
        time.sleep(0.005)
    return watch.measured(options.tasks)


if __name__ == "__main__":
    cloud_peer.main({"tasks": create})
