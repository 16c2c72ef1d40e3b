#!/usr/bin/env python3
"""A stand-in for BigQuery's REST API, version 2, for tests: DuckDB executes, sqlglot translates.

    stand_in.py --port 0 --port-file FILE

Everything is in memory. It differs from the service in what it does not have: jobs end at once, no permissions, no quotas,
no legacy SQL, a dialect as far as sqlglot translates it. POST /_stand-in/faults orders failures (see faults.py).
"""

import argparse
import gzip
import json
import os
import re
import socket
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from failure import Failure  # noqa: E402
from faults import Faults  # noqa: E402
from jobs import Jobs  # noqa: E402
from store import Store  # noqa: E402

PROJECT = r"/bigquery/v2/projects/([^/]+)"
DATASET = PROJECT + r"/datasets/([^/]+)"
TABLE = DATASET + r"/tables/([^/]+)"
UPLOAD = "/upload" + PROJECT + "/jobs"


class Service:
    def __init__(self, store):
        self.store = store
        self.jobs = Jobs(store)
        self.faults = Faults()
        self.uploads = {}
        self.routes = [
            (method, re.compile(pattern + "$"), action)
            for method, pattern, action in [
                ("POST", PROJECT + "/datasets", self.insert_dataset),
                ("GET", PROJECT + "/datasets", self.list_datasets),
                ("GET", DATASET, lambda call, *names: store.dataset(*names)),
                ("DELETE", DATASET, self.delete_dataset),
                ("POST", DATASET + "/tables", lambda call, *names: store.create_table(*names, call.json)),
                ("GET", DATASET + "/tables", self.list_tables),
                ("GET", TABLE, lambda call, *names: store.describe(*names)),
                ("PATCH", TABLE, lambda call, *names: store.patch_table(*names, call.json)),
                ("PUT", TABLE, lambda call, *names: store.patch_table(*names, call.json)),
                ("DELETE", TABLE, lambda call, *names: store.delete_table(*names)),
                ("POST", TABLE + "/insertAll", self.insert_all),
                ("GET", TABLE + "/data", self.list_rows),
                ("POST", PROJECT + "/queries", self.query),
                ("GET", PROJECT + "/queries/([^/]+)", self.results),
                ("POST", PROJECT + "/jobs", self.insert_job),
                ("GET", PROJECT + "/jobs/([^/]+)", self.job),
                ("POST", UPLOAD, self.upload),
                ("PUT", UPLOAD, self.upload_more),
                ("POST", "/_stand-in/faults", self.order_faults),
                ("DELETE", "/_stand-in/faults", lambda call: self.faults.clear()),
                ("GET", "/_stand-in/health", lambda call: {}),
            ]
        ]

    def answer(self, call):
        for method, pattern, action in self.routes:
            if method == call.method and (match := pattern.match(call.path)):
                with self.store.lock:
                    return action(call, *[unquote(one) for one in match.groups()])
        raise Failure("notFound", "Not Found")

    def fail(self, operation, project, work):
        """Does the work unless a failure was ordered for it, which may come before or behind it."""
        order = self.faults.take(operation, project)
        if order is None:
            return work()
        if order.get("applied"):
            work()
        raise Failure(
            order["reason"], order.get("message", "The stand-in was told to fail."), status=order.get("status"))

    # Datasets and tables

    def insert_dataset(self, call, project):
        return self.store.create_dataset(project, call.json)

    def list_datasets(self, call, project):
        names = [name for owner, name in self.store.datasets if owner == project]
        return {"datasets": [self.store.datasets[project, name] for name in sorted(names)]}

    def delete_dataset(self, call, project, name):
        self.store.delete_dataset(project, name, call.options.get("deleteContents", "").lower() == "true")

    def list_tables(self, call, project, dataset):
        self.store.dataset(project, dataset)
        tables = [self.store.tables[key].resource for key in sorted(self.store.tables) if key[:2] == (project, dataset)]
        return {"kind": "bigquery#tableList", "tables": tables, "totalItems": len(tables)}

    # Rows

    def insert_all(self, call, project, dataset, table):
        if len(call.body) > 10_000_000:
            raise Failure("invalid", "Request payload size exceeds the limit: 10485760 bytes.", status=413)

        def refused(row):
            order = self.faults.take("row", project, row.get("insertId"))
            return order["reason"] if order else None

        def work():
            errors = self.store.insert_all(project, dataset, table, call.json, refused)
            answer = {"kind": "bigquery#tableDataInsertAllResponse"}
            return {**answer, "insertErrors": errors} if errors else answer

        return self.fail("insertAll", project, work)

    def list_rows(self, call, project, dataset, table):
        found = self.store.table(project, dataset, table)
        job = self.jobs.add(project, None, {"query": {
            "query": f"SELECT * FROM `{project}.{dataset}.{table}`", "useLegacySql": False}}) \
            if "pageToken" not in call.options else self.jobs.get(project, call.options["pageToken"].rpartition("/")[0])
        if job.result is None:
            self.jobs.query(job)
        if "selectedFields" in call.options:
            raise Failure("notImplemented", "The stand-in lists all fields.")
        answer = self.jobs.results(job, self.result_options(call.options))
        answer["kind"] = "bigquery#tableDataList"
        return {**answer, "schema": {"fields": found.fields}}

    # Jobs

    @staticmethod
    def result_options(options):
        return {**options, "integers": options.get("formatOptions.useInt64Timestamp", "").lower() == "true"}

    def query(self, call, project):
        request = call.json
        fields = ("query", "useLegacySql", "queryParameters", "defaultDataset")

        def work():
            configuration = {"query": {name: request[name] for name in fields if name in request}}
            job = self.jobs.add(project, None, configuration)
            self.jobs.query(job)
            self.delay("query", job)
            integers = request.get("formatOptions", {}).get("useInt64Timestamp", False)
            answer = self.jobs.results(job, {"maxResults": request.get("maxResults"), "integers": integers})
            return {**answer, "kind": "bigquery#queryResponse"}

        return self.fail("query", project, work)

    def results(self, call, project, identity):
        def work():
            return self.jobs.results(self.jobs.get(project, identity), self.result_options(call.options))

        return self.fail("results", project, work)

    def insert_job(self, call, project):
        configuration = call.json["configuration"]
        if "query" not in configuration:
            raise Failure("notImplemented", "The stand-in has jobs that query and jobs that load an upload.")

        def work():
            job = self.jobs.add(project, call.json.get("jobReference"), configuration)
            self.jobs.query(job)
            self.delay("query", job)
            return job.resource

        return self.fail("query", project, work)

    def job(self, call, project, identity):
        def work():
            job = self.jobs.get(project, identity)
            resource = job.resource
            job.delays -= 1
            return resource

        return self.fail("get", project, work)

    def delay(self, operation, job):
        if order := self.faults.take(operation, job.project, incomplete=True):
            job.delays = order["count"]

    # Uploads

    def upload(self, call, project):
        kind = call.options.get("uploadType")
        if kind == "resumable":
            identity = uuid.uuid4().hex
            self.uploads[identity] = (call.json, b"")
            call.location = f"{call.base}{call.path}?uploadType=resumable&upload_id={identity}"
            return {}
        if kind != "multipart":
            raise Failure("notImplemented", f"The stand-in has no uploads of type {kind}.")
        request, content = call.parts
        return self.load(project, request, content)

    def upload_more(self, call, project):
        request, content = self.uploads[call.options["upload_id"]]
        content += call.body
        self.uploads[call.options["upload_id"]] = (request, content)
        match = re.match(r"bytes (?:\*|\d+-\d+)/(\d+|\*)", call.headers.get("content-range", "bytes */0"))
        if match and match[1] != "*" and len(content) >= int(match[1]):
            del self.uploads[call.options["upload_id"]]
            return self.load(project, request, content)
        call.received = len(content)
        return {}

    def load(self, project, request, content):
        def work():
            job = self.jobs.add(project, request.get("jobReference"), request["configuration"])
            order = self.faults.take("loadJob", project)
            if order:
                job.failure = Failure(order["reason"], "The stand-in was told to fail.")
            else:
                self.jobs.load(job, content, lambda row: self.faults.take("loadRow", project, row.get("id")))
            self.delay("load", job)
            return job.resource

        return self.fail("load", project, work)

    def order_faults(self, call):
        orders = call.json
        self.faults.add(orders if isinstance(orders, list) else [orders])
        return {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def handle_call(self):
        parts = urlsplit(self.path)
        self.method = self.command
        self.path_only = parts.path
        self.options = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.location = self.received = None
        self.body = self.read_body()
        status, answer = 200, None
        try:
            answer = self.server.service.answer(Call(self))
        except Failure as failure:
            status, answer = failure.status, failure.body
        except (KeyError, ValueError, TypeError) as error:
            failure = Failure("invalid", f"Malformed request: {type(error).__name__}: {error}")
            status, answer = failure.status, failure.body
        if answer is None:
            status = 204
        if self.received is not None:
            status = 308
        content = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        if self.location:
            self.send_header("Location", self.location)
        if self.received:
            self.send_header("Range", f"bytes=0-{self.received - 1}")
        if len(content) > 1024 and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1)
            self.send_header("Content-Encoding", "gzip")
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_call

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def log_message(self, *arguments):
        pass


class Call:
    """A request, taken apart."""

    def __init__(self, handler):
        self.handler = handler
        self.method = handler.method
        self.path = handler.path_only
        self.options = handler.options
        self.headers = {key.lower(): value for key, value in handler.headers.items()}
        self.body = handler.body
        self.base = f"http://{self.headers.get('host', '127.0.0.1')}"

    def __setattr__(self, name, value):
        if name in ("location", "received"):
            setattr(self.handler, name, value)
        else:
            super().__setattr__(name, value)

    @property
    def json(self):
        value = json.loads(self.body or b"{}")
        return value

    @property
    def parts(self):
        """The request and the content of a multipart/related upload."""
        match = re.search(r'boundary="?([^";]+)"?', self.headers.get("content-type", ""))
        if not match or "multipart/related" not in self.headers["content-type"]:
            raise Failure("invalid", "A multipart upload is of type multipart/related.")
        pieces = (b"\r\n" + self.body).split(b"\r\n--" + match[1].encode())
        if len(pieces) != 4 or pieces[3].strip() != b"--":
            raise Failure("invalid", "A multipart upload has two parts.")
        bodies = [piece.split(b"\r\n\r\n", 1)[1] for piece in pieces[1:3]]
        return json.loads(bodies[0]), bodies[1]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, port, store):
        self.service = Service(store)
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, socket.timeout)):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    parser.add_argument("--port-file", help="the port is written to it once the server listens")
    parser.add_argument("--deduplicates-for", type=float, default=60, help="seconds for which insertIds are remembered")
    arguments = parser.parse_args()
    server = Server(arguments.port, Store(deduplicates_for=arguments.deduplicates_for))
    port = server.server_address[1]
    if arguments.port_file:
        with open(arguments.port_file + ".new", "w", encoding="utf-8") as file:
            file.write(f"{port}\n")
        os.replace(arguments.port_file + ".new", arguments.port_file)
    print(port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
