"""google-cloud-pubsub with its default batching: 100 messages, 1 MB, 10 ms.

It is given the bare data and what a filter needs as attributes, where ours publishes a whole CloudEvent with them.
"""

from __future__ import annotations

import argparse

from google.cloud import pubsub_v1

import cloud_peer

EVENTS_PER_STREAM = 100


def publish(options: argparse.Namespace) -> dict[str, float]:
    cloud_peer.host("PUBSUB_EMULATOR_HOST")
    settings = pubsub_v1.types.PublisherOptions(enable_message_ordering=options.ordered)
    client = pubsub_v1.PublisherClient(publisher_options=settings)
    topic = client.topic_path(options.project, "bench")
    client.create_topic(name=topic)
    messages = [cloud_peer.data(n, options.size) for n in range(options.events)]
    watch = cloud_peer.Stopwatch()
    futures = []
    for n, message in enumerate(messages):
        stream = f"bench-{n // EVENTS_PER_STREAM}"
        key = {"ordering_key": stream} if options.ordered else {}
        futures.append(
            client.publish(topic, message, type="bench.measured", stream=stream, category="bench", **key))
    ids = {future.result(timeout=600) for future in futures}
    measured = watch.measured(options.events)
    if len(ids) != options.events:
        raise SystemExit(f"{len(ids)} of {options.events} messages were published.")
    return measured


if __name__ == "__main__":
    cloud_peer.main({"publish": publish})
