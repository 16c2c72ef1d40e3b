"""The judge's own reading of Documentation/hash-encoding.md, against the vectors that stand there."""

import importlib.util
import os
import unittest

# The judge is called as Google's package is, so that it cannot be found by its name.
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "firestore.py")
SPEC = importlib.util.spec_from_file_location("firestore_judge", PATH)
judge = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(judge)


class HashTests(unittest.TestCase):
    def test_vectors(self):
        first = {"id": "e-1", "stream": "user-1", "revision": 1, "type": "user.registered", "schemaVersion": 1,
                 "data": b"{}", "occurredAt": 0, "recordedAt": 0}  # fmt: skip
        last = judge.event_hash(first, judge.ZEROS)
        self.assertEqual(last.hex(), "c8c425afbb491d31c1b7952aa71c70d5a1cb53ce768ead255191251403706858")
        second = {"id": "e-2", "stream": "user-1", "revision": 2, "type": "user.renamed", "schemaVersion": 2,
                  "data": '{"name":"Zo\u00eb","score":1.0}', "tags": ["Run:7", "run:42", "user:1"],
                  "occurredAt": 1763712000000000, "recordedAt": 1763712000000001,
                  "metadata": '{"actor":"ada","correlationId":"42"}'}  # fmt: skip
        self.assertEqual(
            judge.event_hash(second, last).hex(), "fc5661d29346a81c246397cb2129ab6c41e329c08b7ec68e0cd31d52f04b98ab"
        )


if __name__ == "__main__":
    unittest.main()
