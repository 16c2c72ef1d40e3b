#!/usr/bin/env python3
"""Google's own client reads the ledger that we wrote to Firestore, and appends to it what we read.

    firestore.py read PROJECT LEDGER     a JSON object a line, {"kind": …, …}: the description, the heads, the events in order,
                                         the streams, the commits, the documents in order, the tasks, the dead letters.
                                         It ends with 1 where a hash does not follow from the event and the one in front of it,
                                         or a query does not answer what the whole ledger says.
    firestore.py append PROJECT LEDGER   takes a commit as a JSON object a line: {"id", "events": [{"id", "stream", "type",
                                         "schemaVersion", "data", "tags", "occurredAt", "metadata"}]}; `data` and `metadata`
                                         are texts. It appends it on the condition that nobody else has appended since.

It shares no code with EventLedger: the layout is that of Documentation/firestore-format.md, the hash that of
Documentation/hash-encoding.md. The service is that of FIRESTORE_EMULATOR_HOST.
"""

import datetime
import hashlib
import json
import struct
import sys
import time

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

ZEROS = bytes(32)


def number(value):
    return struct.pack(">q", value)


def text(value):
    value = value.encode() if isinstance(value, str) else value
    return number(len(value)) + value


def event_hash(event, previous):
    """Documentation/hash-encoding.md, part by part."""
    tags = event.get("tags", [])
    parts = [
        b"EVL1", text(event["id"]), text(event["stream"]), number(event["revision"]), text(event["type"]),
        number(event["schemaVersion"]), text(event["data"]), number(len(tags)), *map(text, tags),
        number(event["occurredAt"]), number(event["recordedAt"]), text(event.get("metadata", b"{}")), previous,
    ]  # fmt: skip
    return hashlib.sha256(b"".join(parts)).digest()


def name(*texts):
    """What names of callers are in paths."""
    return hashlib.sha256(b"".join(map(text, texts))).hexdigest()[:32]


def category(stream):
    """What stands before the first hyphen."""
    return stream.split("-", 1)[0]


def in_order(pairs):
    """The keys of canonical JSON are in the order of their bytes."""
    keys = [key.encode() for key, _ in pairs]
    assert keys == sorted(set(keys)), "the fields of a document are not canonical JSON"
    return dict(pairs)


def shown(value):
    """Bytes are texts where they can be, else hexadecimal."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shown(one) for one in value]
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def say(kind, snapshot, **more):
    fields = dict(snapshot.to_dict())
    if "hash" in fields:
        more["hash"] = fields.pop("hash").hex()
    # Last, because a letter has a field of that name.
    line = {"path": snapshot.reference.path, **shown(fields), **more, "kind": kind}
    print(json.dumps(line, ensure_ascii=False))


class Ledger:
    def __init__(self, project, ledger):
        self.client = firestore.Client(project=project)
        self.root = self.client.document(f"ledgers/{ledger}")

    def group(self, name):
        return self.root.collection(name)

    def query(self, group, *filters, order):
        query = self.group(group)
        for field, operation, value in filters:
            query = query.where(filter=FieldFilter(field, operation, value))
        for field in order:
            query = query.order_by(field)
        return query

    def events(self, *filters):
        return list(self.query("events", ("partition", "==", 0), *filters, order=["position"]).stream())

    # Reading

    def read(self):
        say("ledger", self.root.get())
        head = self.group("heads").document("0").get()
        say("head", head)
        events = self.events(("position", ">", 0))
        last = {}
        for index, snapshot in enumerate(events):
            event = snapshot.to_dict()
            assert event["position"] == index + 1, f"position {event['position']} stands at place {index + 1}"
            assert snapshot.id == name(event["id"]), "an event is not where its id says"
            revision, previous = last.get(event["stream"], (0, ZEROS))
            assert event["revision"] == revision + 1, f"the revision at position {index + 1} does not follow"
            assert event["hash"] == event_hash(event, previous), f"the hash at position {index + 1} does not follow"
            assert event["category"] == category(event["stream"]), f"the category at position {index + 1} is another"
            last[event["stream"]] = (event["revision"], event["hash"])
            say("event", snapshot)
        assert head.get("position") == len(events), "the head is not at the last event"
        for snapshot in self.group("streams").stream():
            stream = snapshot.to_dict()
            assert snapshot.id == name(stream["stream"]), "a stream is not where its name says"
            assert last.pop(stream["stream"]) == (stream["revision"], stream["hash"]), "a stream's head is not its last event"
            say("stream", snapshot)
        assert not last, f"{len(last)} streams have no head"
        for snapshot in self.group("commits").stream():
            assert snapshot.id == name(snapshot.get("id")), "a commit is not where its id says"
            say("commit", snapshot)
        self.check_queries(events)
        # Ordered by the bytes of the id, as everywhere.
        for snapshot in self.query("documents", order=["collection", "id"]).stream():
            document = snapshot.to_dict()
            assert snapshot.id == name(document["collection"], document["id"]), "a document is not where its key says"
            json.loads(document["fields"], object_pairs_hook=in_order)
            say("document", snapshot)
        for snapshot in self.group("tasks").stream():
            say("task", snapshot)
        for snapshot in self.query("deadLetters", order=["lastFailedAt", "id"]).stream():
            say("deadLetter", snapshot)

    def check_queries(self, events):
        """The queries that the indexes are for."""
        whole = [snapshot.to_dict() for snapshot in events]

        def check(what, found, wanted):
            wanted = [event["position"] for event in whole if wanted(event)]
            assert [snapshot.get("position") for snapshot in found] == wanted, f"a query by {what} answers something else"

        for field in ("type", "stream", "category"):
            for value in {event[field] for event in whole}:
                check(field, self.events((field, "==", value), ("position", ">", 0)), lambda event: event[field] == value)
        for tag in {tag for event in whole for tag in event.get("tags", [])}:
            found = self.events(("tags", "array_contains", tag), ("position", ">", 0))
            check("tag", found, lambda event: tag in event.get("tags", []))
        counted = self.query("events", ("partition", "==", 0), order=[]).count().get()[0][0].value
        assert counted == len(whole), "a count answers something else"

    # Writing

    def append(self, commit):
        head_path = self.group("heads").document("0")
        head, described = head_path.get(), self.root.get()
        position = head.get("position") if head.exists else 0
        recorded_at = max(time.time_ns() // 1000, (head.to_dict() or {}).get("recordedAt", 0))
        batch, commit_name, first = self.client.batch(), name(commit["id"]), position + 1
        if not described.exists:
            batch.create(self.root, {"format": 1, "partitions": 1})
        streams = {}
        for given in commit["events"]:
            stream = given["stream"]
            if stream not in streams:
                known = self.group("streams").document(name(stream)).get()
                streams[stream] = [known, *((known.get("revision"), known.get("hash")) if known.exists else (0, ZEROS))]
            position += 1
            event = {
                "partition": 0, "position": position, "id": given["id"].encode(), "stream": stream,
                "category": category(stream), "revision": streams[stream][1] + 1, "type": given["type"],
                "schemaVersion": given["schemaVersion"], "data": given["data"].encode(),
                "occurredAt": given["occurredAt"], "recordedAt": recorded_at, "commit": commit_name, "first": first,
            }  # fmt: skip
            if given["tags"]:
                event["tags"] = sorted(set(given["tags"]), key=str.encode)
            if given["metadata"] != "{}":
                event["metadata"] = given["metadata"].encode()
            event["hash"] = event_hash(event, streams[stream][2])
            streams[stream][1:] = event["revision"], event["hash"]
            batch.create(self.group("events").document(name(given["id"])), event)
        for stream, (known, revision, last) in streams.items():
            self.put(batch, known, {"stream": stream, "revision": revision, "hash": last})
        receipt = {
            "commitID": commit["id"], "firstPosition": first, "position": position,
            "recordedAt": shown(datetime.datetime.fromtimestamp(recorded_at // 10**6, datetime.timezone.utc)
                                + datetime.timedelta(microseconds=recorded_at % 10**6)),
            "streams": [{"stream": stream, "revision": revision} for stream, (_, revision, _) in streams.items()],
            "tasks": [], "isDuplicate": False,
        }  # fmt: skip
        expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=7)
        batch.create(
            self.group("commits").document(commit_name),
            {"id": commit["id"], "receipt": json.dumps(receipt, ensure_ascii=False).encode(), "expiresAt": expires},
        )
        self.put(batch, head, {"position": position, "recordedAt": recorded_at})
        batch.commit()
        print(json.dumps({"kind": "receipt", "first": first, "last": position}))

    def put(self, batch, known, fields):
        """On the condition that nobody has written it since it was read."""
        if known.exists:
            batch.update(known.reference, fields, self.client.write_option(last_update_time=known.update_time))
        else:
            batch.create(known.reference, fields)


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("read", "append"):
        sys.exit(__doc__)
    ledger = Ledger(sys.argv[2], sys.argv[3])
    if sys.argv[1] == "read":
        return ledger.read()
    for line in sys.stdin:
        if line.strip():
            ledger.append(json.loads(line))


if __name__ == "__main__":
    main()
