#!/usr/bin/env python3
"""Judges what is on Pub/Sub with Google's own client and the CloudEvents SDK.

    pubsub.py read  --project P --subscription S --count N [--seconds 180]
        Pulls N messages in order, parses each as a CloudEvent, and prints a JSON line for each:
        {"orderingKey", "attributes", "event": {attribute: text, …}, "data": …}. `data` is the text of the event's data as it
        was sent, because Python's numbers would change it.

    pubsub.py write --project P --topic T
        Publishes CloudEvents: a JSON line on stdin for each, {"mode": "structured" | "binary", "orderingKey", "event", "data"}.

The emulator's address comes from PUBSUB_EMULATOR_HOST, as for every client of Google's.
"""
import argparse
import datetime
import json
import sys
import time

from cloudevents.core.bindings.http import HTTPMessage, from_http, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from google.cloud import pubsub_v1


def text(value):
    """An attribute as the text that the specification gives it."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value if isinstance(value, str) else json.dumps(value)


def parsed(message):
    """The message as a CloudEvent, by the SDK; the binding for Pub/Sub is that for HTTP with other places."""
    headers = dict(message.attributes)
    return from_http(HTTPMessage(headers=headers, body=message.data), JSONFormat())


def verbatim(message):
    """The text of `data` in a structured event that has them last; the whole content of a binary one."""
    content = message.data.decode("utf-8")
    if not message.attributes.get("content-type", "").startswith("application/cloudevents"):
        return content
    end = len(content) - 1
    # The SDK has parsed it already; here only the place of the member is looked for, with Python's own decoder.
    decoder, position = json.JSONDecoder(), skipped(content, content.index("{") + 1)
    while position < end:
        key, position = decoder.raw_decode(content, position)
        start = skipped(content, content.index(":", position) + 1)
        _, position = decoder.raw_decode(content, start)
        if key == "data":
            return content[start:position]
        position = skipped(content, skipped(content, position) + 1)
    return None


def skipped(content, position):
    """Behind the white space."""
    while position < len(content) and content[position] in " \t\r\n":
        position += 1
    return position


def read(options):
    client = pubsub_v1.SubscriberClient()
    path = client.subscription_path(options.project, options.subscription)
    until, left = time.monotonic() + options.seconds, options.count
    seen = set()
    while left > 0:
        if time.monotonic() > until:
            sys.exit(f"{left} of {options.count} messages did not come in {options.seconds} s")
        try:
            answer = client.pull(subscription=path, max_messages=min(left, 1000), timeout=10)
        except Exception as error:  # a pull that waited in vain
            if "Deadline" in type(error).__name__:
                continue
            raise
        for received in answer.received_messages:
            message = received.message
            # What is not acknowledged in time comes again.
            if message.message_id in seen:
                continue
            seen.add(message.message_id)
            event = parsed(message)
            attributes = {name: text(value) for name, value in event.get_attributes().items()}
            print(
                json.dumps(
                    {
                        "orderingKey": message.ordering_key,
                        "attributes": dict(message.attributes),
                        "event": attributes,
                        "data": verbatim(message),
                    },
                    ensure_ascii=False,
                )
            )
            left -= 1
        if answer.received_messages:
            client.acknowledge(subscription=path, ack_ids=[one.ack_id for one in answer.received_messages])


def write(options):
    ordering = pubsub_v1.types.PublisherOptions(enable_message_ordering=True)
    client = pubsub_v1.PublisherClient(publisher_options=ordering)
    path = client.topic_path(options.project, options.topic)
    for line in sys.stdin:
        order = json.loads(line)
        attributes = dict(order["event"])
        if "time" in attributes:
            attributes["time"] = datetime.datetime.fromisoformat(attributes["time"].replace("Z", "+00:00"))
        event = CloudEvent(attributes, order["data"])
        if order["mode"] == "structured":
            message = to_structured(event, JSONFormat())
            content, places = message.body, message.headers
        else:
            # Unlike HTTP's headers, Pub/Sub's attributes hold any text and are not percent-encoded.
            content = json.dumps(order["data"]).encode("utf-8")
            known = {name: text(value) for name, value in event.get_attributes().items()}
            places = {"content-type": known.pop("datacontenttype", "application/json")}
            places |= {f"ce-{name}": value for name, value in known.items()}
        client.publish(path, content, ordering_key=order["orderingKey"], **places).result(timeout=options.seconds)
    print(json.dumps({"published": True}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=["read", "write"])
    parser.add_argument("--project", required=True)
    parser.add_argument("--subscription")
    parser.add_argument("--topic")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=180)
    options = parser.parse_args()
    (read if options.mode == "read" else write)(options)


if __name__ == "__main__":
    main()
