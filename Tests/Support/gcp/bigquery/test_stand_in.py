"""Google's own client works with the stand-in."""

import datetime
import io
import json
import os
import sys
import threading
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from google.api_core import exceptions  # noqa: E402
from google.auth.credentials import AnonymousCredentials  # noqa: E402
from google.cloud import bigquery  # noqa: E402

from stand_in import Server  # noqa: E402
from store import Store  # noqa: E402

SCHEMA = [
    bigquery.SchemaField("position", "INTEGER", mode="REQUIRED"),
    bigquery.SchemaField("data", "STRING"),
    bigquery.SchemaField("tags", "STRING", mode="REPEATED"),
    bigquery.SchemaField("flag", "BOOLEAN"),
    bigquery.SchemaField("score", "FLOAT"),
    bigquery.SchemaField("recorded_at", "TIMESTAMP"),
]
MOMENT = datetime.datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=datetime.timezone.utc)


def row(position, **changes):
    return {"position": position, "data": '{"a":1.0}', "tags": ["x"], "recorded_at": MOMENT.isoformat(), **changes}


class StandInTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(0, Store())
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.base = f"http://127.0.0.1:{cls.server.server_address[1]}"

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self):
        self.project = f"p-{self.id().rsplit('.', 1)[-1].replace('_', '-')}"
        self.client = bigquery.Client(
            project=self.project, credentials=AnonymousCredentials(), client_options={"api_endpoint": self.base})
        self.client.create_dataset("d")
        table = bigquery.Table(f"{self.project}.d.t", schema=SCHEMA)
        table.time_partitioning = bigquery.TimePartitioning(field="recorded_at")
        table.clustering_fields = ["data"]
        self.table = self.client.create_table(table)

    def tearDown(self):
        self.client.close()

    def order(self, **fault):
        body = json.dumps({"project": self.project, **fault}).encode()
        request = urllib.request.Request(f"{self.base}/_stand-in/faults", data=body, method="POST")
        urllib.request.urlopen(request).close()

    def positions(self, table="t"):
        rows = self.client.query_and_wait(f"SELECT position FROM `{self.project}.d.{table}` ORDER BY position")
        return [one.position for one in rows]

    def test_tables(self):
        found = self.client.get_table(self.table)
        self.assertEqual([(one.name, one.field_type, one.mode) for one in found.schema],
                         [(one.name, one.field_type, one.mode) for one in SCHEMA])
        self.assertEqual(found.time_partitioning.field, "recorded_at")
        self.assertEqual(found.clustering_fields, ["data"])
        self.assertEqual([one.table_id for one in self.client.list_tables("d")], ["t"])
        with self.assertRaises(exceptions.Conflict):
            self.client.create_table(bigquery.Table(f"{self.project}.d.t", schema=SCHEMA))
        found.schema = [*found.schema, bigquery.SchemaField("more", "STRING")]
        self.assertEqual(len(self.client.update_table(found, ["schema"]).schema), 7)
        self.client.delete_table(self.table)
        with self.assertRaises(exceptions.NotFound):
            self.client.get_table(self.table)
        self.client.delete_dataset("d", delete_contents=True)
        with self.assertRaises(exceptions.NotFound):
            self.client.get_dataset("d")

    def test_rows_come_back_as_they_were(self):
        awkward = '{"a":1.0,"b":9007199254740993,"c":"\\u00e9","c":"\u00e9\U0001f600"}'
        errors = self.client.insert_rows_json(self.table, [
            row(2**53 + 1, data=awkward, tags=["b", "a"], flag=True, score=0.1), row(2, tags=[])])
        self.assertEqual(errors, [])
        found = list(self.client.query(f"SELECT * FROM `{self.project}.d.t` ORDER BY position DESC").result())
        self.assertEqual(found[0].position, 2**53 + 1)
        self.assertEqual(found[0].data, awkward)
        self.assertEqual(found[0].tags, ["b", "a"])
        self.assertEqual(found[0].recorded_at, MOMENT)
        self.assertEqual((found[0].flag, found[0].score), (True, 0.1))
        self.assertEqual(found[1].tags, [])
        self.assertEqual(len(list(self.client.list_rows(self.table))), 2)

    def test_insert_ids_are_remembered(self):
        for _ in range(2):
            self.client.insert_rows_json(self.table, [row(1)], row_ids=["one"])
        self.client.insert_rows_json(self.table, [row(1)], row_ids=["other"])
        self.assertEqual(self.positions(), [1, 1])

    def test_a_bad_row_stops_the_others(self):
        errors = self.client.insert_rows_json(self.table, [row(1), row("no number"), row(3)])
        self.assertEqual([one["errors"][0]["reason"] for one in errors], ["stopped", "invalid", "stopped"])
        self.assertEqual(errors[1]["errors"][0]["location"], "position")
        self.assertEqual(self.positions(), [])
        errors = self.client.insert_rows_json(self.table, [row(1), row(2, unknown=1)], skip_invalid_rows=True)
        self.assertEqual([one["index"] for one in errors], [1])
        self.assertEqual(self.positions(), [1])
        self.assertEqual(self.client.insert_rows_json(self.table, [row(2, unknown=1)], ignore_unknown_values=True), [])

    def test_old_rows_cannot_be_streamed(self):
        errors = self.client.insert_rows_json(self.table, [row(1, recorded_at="2009-01-01T00:00:00Z")])
        self.assertIn("outside the allowed bounds", errors[0]["errors"][0]["message"])
        job = self.client.load_table_from_json([row(1, recorded_at="2009-01-01T00:00:00Z")], self.table)
        job.result()
        self.assertEqual(self.positions(), [1])

    def test_parameters(self):
        self.client.insert_rows_json(self.table, [row(one, flag=one > 1, tags=[f"t{one}"]) for one in range(1, 4)])
        config = bigquery.QueryJobConfig(query_parameters=[
            bigquery.ScalarQueryParameter("least", "INT64", 2),
            bigquery.ScalarQueryParameter("flag", "BOOL", True),
            bigquery.ScalarQueryParameter("data", "STRING", '{"a":1.0}'),
            bigquery.ScalarQueryParameter("at", "TIMESTAMP", MOMENT),
            bigquery.ArrayQueryParameter("positions", "INT64", [1, 3]),
            bigquery.ScalarQueryParameter("tag", "STRING", "t3"),
        ])
        rows = self.client.query_and_wait(
            f"""SELECT position, @at AS moment FROM `{self.project}.d.t` WHERE position >= @least AND flag = @flag
            AND data = @data AND recorded_at = @at AND position IN UNNEST(@positions) AND @tag IN UNNEST(tags)""",
            job_config=config)
        self.assertEqual([(one.position, one.moment) for one in rows], [(3, MOMENT)])
        with self.assertRaises(exceptions.BadRequest):
            self.client.query_and_wait("SELECT @none")

    def test_pages(self):
        for start in range(0, 2000, 500):
            self.client.insert_rows_json(self.table, [row(one) for one in range(start, start + 500)])
        sql = f"SELECT position FROM `{self.project}.d.t` ORDER BY position"
        pages = list(self.client.query(sql).result(page_size=700).pages)
        self.assertEqual([page.num_items for page in pages], [700, 700, 600])
        self.assertEqual([one.position for page in pages for one in page], list(range(2000)))
        rows = self.client.query_and_wait(sql, page_size=900, max_results=1000)
        self.assertEqual(len(list(rows)), 1000)

    def test_loads(self):
        content = "\n".join(json.dumps(row(one)) for one in range(3))
        config = bigquery.LoadJobConfig(source_format="NEWLINE_DELIMITED_JSON")
        job = self.client.load_table_from_file(
            io.BytesIO(content.encode()), self.table, job_id="once", job_config=config)
        self.assertEqual(job.result().output_rows, 3)
        with self.assertRaises(exceptions.Conflict):
            self.client.load_table_from_file(
                io.BytesIO(content.encode()), self.table, job_id="once", job_config=config, size=len(content))
        bad = self.client.load_table_from_file(io.BytesIO(b'{"position":"x"}'), self.table, job_config=config)
        with self.assertRaises(exceptions.BadRequest):
            bad.result()
        self.assertEqual(self.positions(), [0, 1, 2])

    def test_loads_name_the_row_that_they_refuse(self):
        lines = [json.dumps(row(one)) for one in (0, 1, "no number")]
        config = bigquery.LoadJobConfig(source_format="NEWLINE_DELIMITED_JSON")
        job = self.client.load_table_from_file(
            io.BytesIO("\n".join(lines).encode()), self.table, job_config=config)
        with self.assertRaises(exceptions.BadRequest):
            job.result()
        place = len(lines[0]) + len(lines[1]) + 2
        self.assertEqual([one["reason"] for one in job.errors], ["invalid", "invalid"])
        self.assertIn(f"row starting at position {place}:", job.errors[0]["message"])
        self.assertEqual(self.positions(), [])

    def test_views_and_definitions(self):
        name = f"{self.project}.e"
        self.client.query_and_wait(f"CREATE SCHEMA IF NOT EXISTS `{name}` OPTIONS(location='EU')")
        for _ in range(2):
            self.client.query_and_wait(
                f"""CREATE TABLE IF NOT EXISTS `{name}.t` (position INT64 NOT NULL, tags ARRAY<STRING>, data STRING,
                recorded_at TIMESTAMP NOT NULL) PARTITION BY DATE(recorded_at) CLUSTER BY data""")
        self.assertEqual(self.client.get_table(f"{name}.t").time_partitioning.field, "recorded_at")
        self.client.insert_rows_json(f"{name}.t", [row(one, data=json.dumps({"n": one})) for one in (1, 2, 2)])
        self.client.query_and_wait(
            f"""CREATE OR REPLACE VIEW `{name}.v` AS SELECT position, SAFE.PARSE_JSON(data) AS parsed,
            CAST(JSON_VALUE(data, '$.n') AS INT64) AS n FROM `{name}.t`
            QUALIFY ROW_NUMBER() OVER (PARTITION BY position ORDER BY recorded_at) = 1""")
        found = list(self.client.query_and_wait(f"SELECT * FROM `{name}.v` ORDER BY n"))
        self.assertEqual([(one.position, one.parsed, one.n) for one in found], [(1, {"n": 1}, 1), (2, {"n": 2}, 2)])
        view = bigquery.Table(f"{name}.w")
        view.view_query = f"SELECT n FROM `{name}.v`"
        self.assertEqual(self.client.create_table(view).table_type, "VIEW")

    def test_refusals(self):
        with self.assertRaises(exceptions.NotFound):
            self.client.query_and_wait(f"SELECT 1 FROM `{self.project}.d.none`")
        with self.assertRaises(exceptions.BadRequest) as caught:
            self.client.query_and_wait("SELEC 1")
        self.assertEqual(caught.exception.errors[0]["reason"], "invalidQuery")
        with self.assertRaises(exceptions.BadRequest):
            self.client.query_and_wait("SELECT hash FROM (SELECT 1 AS x)")
        legacy = bigquery.QueryJobConfig(use_legacy_sql=True)
        with self.assertRaises(exceptions.BadRequest):
            self.client.query_and_wait("SELECT 1", job_config=legacy)
        with self.assertRaises(exceptions.NotFound):
            self.client.insert_rows_json(f"{self.project}.d.none", [row(1)])

    def test_failures_to_order(self):
        self.order(operation="insertAll", reason="backendError", status=503, applied=True)
        # The client tries again; the insertId keeps the row from being there twice.
        self.assertEqual(self.client.insert_rows_json(self.table, [row(1)], row_ids=["one"]), [])
        self.order(operation="row", reason="stopped", insertId="two")
        errors = self.client.insert_rows_json(self.table, [row(2), row(3)], row_ids=["two", "three"])
        self.assertEqual([(one["index"], one["errors"][0]["reason"]) for one in errors], [(0, "stopped")])
        self.assertEqual(self.positions(), [1, 3])
        self.order(operation="query", reason="incomplete", count=2)
        self.assertEqual(self.positions(), [1, 3])
        self.order(operation="query", reason="accessDenied")
        with self.assertRaises(exceptions.Forbidden):
            self.positions()


if __name__ == "__main__":
    unittest.main()
