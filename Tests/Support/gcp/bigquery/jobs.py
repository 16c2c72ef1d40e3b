"""Jobs: queries and loads, and the pages of their results."""

import json
import time
import uuid

from failure import Failure, not_found
from values import seconds

# An answer holds about so many bytes at the most, however many rows are asked for.
ANSWER_BYTES = 10_000_000
# So many queries keep their results; older ones are forgotten.
KEPT = 200


class Job:
    def __init__(self, project, identity, configuration):
        self.project = project
        self.id = identity
        self.configuration = configuration
        self.failure = None
        # What is wrong with single rows, beside the failure.
        self.row_errors = []
        self.fields = []
        self.result = None
        self.count = 0
        self.kind = ""
        self.loaded = 0
        self.created = str(int(time.time() * 1000))
        # So often it is asked before it says that it is done.
        self.delays = 0

    @property
    def reference(self):
        return {"projectId": self.project, "jobId": self.id, "location": "US"}

    @property
    def resource(self):
        done = self.delays <= 0
        status = {"state": "DONE" if done else "RUNNING"}
        if done and self.failure:
            status["errorResult"] = self.failure.proto
            status["errors"] = [*self.row_errors, self.failure.proto]
        statistics = {"creationTime": self.created, "startTime": self.created, "endTime": self.created}
        if "query" in self.configuration:
            statistics["query"] = {
                "statementType": self.kind, "totalBytesBilled": "10485760", "totalBytesProcessed": "1"}
        else:
            statistics["load"] = {"outputRows": str(self.loaded)}
        return {
            "kind": "bigquery#job", "id": f"{self.project}:US.{self.id}", "jobReference": self.reference,
            "configuration": self.configuration, "status": status, "statistics": statistics,
        }


class Jobs:
    def __init__(self, store):
        self.store = store
        self.jobs = {}

    def add(self, project, reference, configuration):
        identity = (reference or {}).get("jobId") or f"job_{uuid.uuid4().hex}"
        if (project, identity) in self.jobs:
            raise Failure("duplicate", f"Already Exists: Job {project}:US.{identity}")
        job = Job(project, identity, configuration)
        self.jobs[project, identity] = job
        for key in [key for key, one in self.jobs.items() if one.result][:-KEPT]:
            self.store.run(f"DROP TABLE {self.jobs.pop(key).result}")
        return job

    def get(self, project, identity):
        if (project, identity) not in self.jobs:
            raise not_found("Job", f"{project}:{identity}")
        return self.jobs[project, identity]

    def query(self, job):
        query = job.configuration["query"]
        try:
            if query.get("useLegacySql", True):
                raise Failure("invalidQuery", "The stand-in has no legacy SQL: set useLegacySql to false.", "query")
            if not query.get("query"):
                raise Failure("required", "Required parameter is missing: query", "query")
            job.kind, job.fields, job.result, job.count = self.store.execute(
                job.project, query["query"], query.get("queryParameters", []), query.get("defaultDataset"))
        except Failure as failure:
            job.failure = failure

    def load(self, job, content, refused):
        """Loads an upload. `refused` gives the order by which a row is refused, or None."""
        load = job.configuration["load"]
        try:
            target = load["destinationTable"]
            key = (target["projectId"], target["datasetId"], target["tableId"])
            if load.get("sourceFormat", "CSV") != "NEWLINE_DELIMITED_JSON":
                raise Failure("notImplemented", "The stand-in loads newline-delimited JSON only.")
            if key not in self.store.tables:
                if load.get("createDisposition") == "CREATE_NEVER" or not load.get("schema"):
                    raise not_found("Table", f"{key[0]}:{key[1]}.{key[2]}")
                self.store.create_table(key[0], key[1], {
                    "tableReference": {"tableId": key[2]}, "schema": load["schema"],
                    **{name: load[name] for name in ("timePartitioning", "clustering") if name in load}})
            table = self.store.table(*key)
            rows, bad, place = [], 0, 0
            for line in content.split(b"\n"):
                start, place = place, place + len(line) + 1
                if not line.strip():
                    continue
                try:
                    order = None
                    given = json.loads(line)
                    order = refused(given)
                    if order:
                        raise Failure(order["reason"], "The stand-in was told to refuse it.")
                    rows.append(self.store.row(table, given, load.get("ignoreUnknownValues", False), False))
                except (Failure, ValueError) as error:
                    bad += 1
                    if bad > load.get("maxBadRecords", 0):
                        self.blame(job, start, error, order and order.get("unnamed"))
            if load.get("writeDisposition") == "WRITE_TRUNCATE":
                self.store.run(f'DELETE FROM "{key[0]}"."{key[1]}"."{key[2]}"')
            self.store.append(key, table, rows)
            job.loaded = len(rows)
        except Failure as failure:
            job.failure = failure

    @staticmethod
    def blame(job, start, error, unnamed):
        """Fails a load as the service does: with the row named beside the failure, unless it is told not to."""
        reading = "Error while reading data, error message: JSON"
        if not unnamed:
            job.row_errors.append(
                Failure("invalid", f"{reading} parsing error in row starting at position {start}: {error}").proto)
        raise Failure("invalid", f"{reading} table encountered too many errors, giving up. Rows: 1; errors: 1.")

    def results(self, job, options, with_rows=True):
        """What jobs.query and jobs.getQueryResults answer."""
        answer = {"kind": "bigquery#getQueryResultsResponse", "jobReference": job.reference, "jobComplete": True}
        if job.delays > 0:
            job.delays -= 1
            return {**answer, "jobComplete": False}
        if job.failure:
            raise job.failure
        answer["totalBytesProcessed"] = "1"
        answer["cacheHit"] = False
        if job.result is None:
            return answer
        answer["schema"] = {"fields": job.fields}
        answer["totalRows"] = str(job.count)
        start = int(options.get("startIndex") or 0)
        if token := options.get("pageToken"):
            identity, _, place = token.rpartition("/")
            if identity != job.id or not place.isdigit():
                raise Failure("invalid", "Invalid page token.")
            start = int(place)
        wanted = int(options["maxResults"]) if options.get("maxResults") not in (None, "") else 100_000
        if not with_rows or wanted == 0:
            return answer
        rows, size = [], 0
        while len(rows) < wanted and size < ANSWER_BYTES and start < job.count:
            chunk = self.store.rows(job.result, job.fields, start, min(1_000, wanted - len(rows)))
            if not chunk:
                break
            for row in chunk:
                rows.append(row)
                start += 1
                size += sum(len(str(cell["v"])) for cell in row["f"])
                if size >= ANSWER_BYTES:
                    break
        if not options.get("integers"):
            for row in rows:
                for field, cell in zip(job.fields, row["f"]):
                    if field["type"] == "TIMESTAMP" and field["mode"] != "REPEATED":
                        cell["v"] = seconds(cell["v"])
        answer["rows"] = rows
        if start < job.count:
            answer["pageToken"] = f"{job.id}/{start}"
        return answer
