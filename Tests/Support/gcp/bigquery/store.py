"""Datasets, tables and views, kept by DuckDB."""

import threading
import time
import unicodedata

import duckdb
from sqlglot import exp

import dialect
from failure import Failure, not_found
from values import duck_type, field_of, microseconds, shown, standard, stored

DAY = 86_400_000_000


def quoted(*names):
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


class Table:
    def __init__(self, resource):
        self.resource = resource
        # insertId -> when it was seen.
        self.seen = {}

    @property
    def fields(self):
        return self.resource["schema"]["fields"]

    @property
    def is_view(self):
        return "view" in self.resource


class Store:
    """Every method is called with the lock held."""

    def __init__(self, deduplicates_for=60, streams_back=1825, streams_ahead=366):
        self.lock = threading.RLock()
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone='UTC'")
        self.duck.create_function("bq_normalize", lambda text, form: unicodedata.normalize(form, text), [str, str], str)
        self.projects = set()
        self.datasets = {}
        self.tables = {}
        # Statements that were translated before, by all that the translation depends on.
        self.prepared = {}
        self.deduplicates_for = deduplicates_for
        self.streams_back = streams_back
        self.streams_ahead = streams_ahead

    # Datasets

    def create_dataset(self, project, resource):
        name = resource["datasetReference"]["datasetId"]
        if (project, name) in self.datasets:
            raise Failure("duplicate", f"Already Exists: Dataset {project}:{name}")
        if project not in self.projects:
            self.duck.execute(f"ATTACH ':memory:' AS {quoted(project)}")
            self.projects.add(project)
        self.duck.execute(f"CREATE SCHEMA {quoted(project, name)}")
        self.datasets[project, name] = {
            "kind": "bigquery#dataset",
            "id": f"{project}:{name}",
            "location": "US",
            **resource,
            "datasetReference": {"projectId": project, "datasetId": name},
            "creationTime": now(),
        }
        return self.datasets[project, name]

    def dataset(self, project, name):
        if (project, name) not in self.datasets:
            raise not_found("Dataset", f"{project}:{name}")
        return self.datasets[project, name]

    def delete_dataset(self, project, name, contents):
        self.dataset(project, name)
        inside = [key for key in self.tables if key[:2] == (project, name)]
        if inside and not contents:
            raise Failure("resourceInUse", f"Dataset {project}:{name} is still in use")
        self.duck.execute(f"DROP SCHEMA {quoted(project, name)} CASCADE")
        for key in inside:
            del self.tables[key]
        del self.datasets[project, name]

    # Tables and views

    def create_table(self, project, dataset, resource, replace=False):
        self.dataset(project, dataset)
        name = resource["tableReference"]["tableId"]
        key = (project, dataset, name)
        if key in self.tables and not replace:
            raise Failure("duplicate", f"Already Exists: Table {project}:{dataset}.{name}")
        resource = {
            "kind": "bigquery#table",
            "id": f"{project}:{dataset}.{name}",
            "type": "VIEW" if "view" in resource else "TABLE",
            "location": self.datasets[project, dataset]["location"],
            **resource,
            "tableReference": dict(zip(("projectId", "datasetId", "tableId"), key)),
            "creationTime": now(),
            "etag": f"etag-{time.monotonic_ns()}",
        }
        if resource["type"] == "VIEW":
            if resource["view"].get("useLegacySql", True):
                raise Failure("invalid", "The stand-in has no legacy SQL: set useLegacySql to false.")
            statement = dialect.parsed(resource["view"]["query"])
            self.check(dialect.qualified(statement, project, None))
            body = dialect.translated(statement)
            self.run(f"CREATE OR REPLACE VIEW {quoted(*key)} AS {body}")
            resource["schema"] = {"fields": self.columns(f"SELECT * FROM {quoted(*key)}")}
        else:
            fields = resource.setdefault("schema", {}).setdefault("fields", [])
            for field in fields:
                field["type"] = standard(field["type"])
                field.setdefault("mode", "NULLABLE")
            if not fields:
                raise Failure("notImplemented", "The stand-in has no tables without columns.")
            columns = ", ".join(
                f'{quoted(one["name"])} {duck_type(one)}{" NOT NULL" if one["mode"] == "REQUIRED" else ""}'
                for one in fields)
            self.run(f"CREATE {'OR REPLACE ' if replace else ''}TABLE {quoted(*key)} ({columns})")
        self.tables[key] = Table(resource)
        return resource

    def table(self, project, dataset, name):
        key = (project, dataset, name)
        if key not in self.tables:
            self.dataset(project, dataset)
            raise not_found("Table", f"{project}:{dataset}.{name}")
        return self.tables[key]

    def describe(self, project, dataset, name):
        table = self.table(project, dataset, name)
        if table.is_view:
            return table.resource
        count = self.duck.execute(f"SELECT count(*) FROM {quoted(project, dataset, name)}").fetchone()[0]
        return {**table.resource, "numRows": str(count)}

    def patch_table(self, project, dataset, name, changes):
        table = self.table(project, dataset, name)
        known = {field["name"].lower() for field in table.fields}
        for field in changes.get("schema", {}).get("fields", []):
            if not table.is_view and field["name"].lower() not in known:
                field["type"] = standard(field["type"])
                field.setdefault("mode", "NULLABLE")
                self.run(f'ALTER TABLE {quoted(project, dataset, name)} ADD COLUMN {quoted(field["name"])} '
                         f"{duck_type(field)}")
        if "view" in changes:
            merged = {**table.resource, **changes}
            merged.pop("schema", None)
            return self.create_table(project, dataset, merged, replace=True)
        table.resource.update(changes)
        return table.resource

    def delete_table(self, project, dataset, name):
        table = self.table(project, dataset, name)
        self.duck.execute(f"DROP {'VIEW' if table.is_view else 'TABLE'} {quoted(project, dataset, name)}")
        del self.tables[project, dataset, name]

    # Rows

    def insert_all(self, project, dataset, name, request, refused):
        """Streams rows. `refused` gives the reason for which a row is refused by a fault, or None."""
        table = self.table(project, dataset, name)
        if table.is_view:
            raise Failure("invalid", f"Cannot add rows to a view: {project}:{dataset}.{name}")
        given = request.get("rows", [])
        if not given:
            raise Failure("invalid", "No rows present in the request.")
        if len(given) > 50_000:
            raise Failure("invalid", "too many rows present in the request, limit: 50000")
        errors, rows = {}, []
        for index, one in enumerate(given):
            if len(one.get("insertId", "")) > 128:
                raise Failure("invalid", "insertId is longer than 128 characters.")
            try:
                rows.append(self.row(table, one.get("json", {}), request.get("ignoreUnknownValues", False), True))
            except Failure as failure:
                errors[index] = failure
                rows.append(None)
        if errors and not request.get("skipInvalidRows", False):
            for index in range(len(given)):
                errors.setdefault(index, Failure("stopped", ""))
        for index, one in enumerate(given):
            if index not in errors and (reason := refused(one)):
                errors[index] = Failure(reason, f"The row was refused: {reason}.")
        clock = time.monotonic()
        table.seen = {key: at for key, at in table.seen.items() if clock - at < self.deduplicates_for}
        taken = []
        for index, one in enumerate(given):
            if index in errors:
                continue
            identity = one.get("insertId")
            if identity and identity in table.seen:
                continue
            if identity:
                table.seen[identity] = clock
            taken.append(rows[index])
        self.append((project, dataset, name), table, taken)
        return [{"index": index, "errors": [errors[index].proto]} for index in sorted(errors)]

    def row(self, table, given, ignore_unknown, streaming):
        """The values of a row in the order of the columns."""
        fields = {field["name"].lower(): field for field in table.fields}
        values = {}
        for key, value in given.items():
            field = fields.get(key.lower())
            if field is None:
                if ignore_unknown:
                    continue
                raise Failure("invalid", f"no such field: {key}.", key)
            try:
                if field["mode"] == "REPEATED":
                    if not isinstance(value, list) or any(one is None for one in value):
                        raise ValueError
                    values[field["name"]] = [stored(field["type"], one) for one in value]
                else:
                    values[field["name"]] = stored(field["type"], value)
            except (ValueError, TypeError) as error:
                raise Failure("invalid", f"Invalid value for field {key}.", key) from error
        for field in table.fields:
            if field["mode"] == "REQUIRED" and values.get(field["name"]) is None:
                raise Failure("invalid", f"Missing required field: {field['name']}.", field["name"])
            if field["mode"] == "REPEATED":
                values.setdefault(field["name"], [])
            elif values.get(field["name"]) is None and "defaultValueExpression" in field:
                values[field["name"]] = microseconds(time.time())
        if streaming:
            self.check_window(table, values)
        return [values.get(field["name"]) for field in table.fields]

    def check_window(self, table, values):
        column = table.resource.get("timePartitioning", {}).get("field")
        at = values.get(column) if column else None
        if at is None:
            return
        now_us = time.time() * 1_000_000
        if not now_us - self.streams_back * DAY <= at <= now_us + self.streams_ahead * DAY:
            reference = table.resource["tableReference"]
            raise Failure(
                "invalid",
                f"Value {at} for field {column} of the destination table {reference['projectId']}:"
                f"{reference['datasetId']}.{reference['tableId']} is outside the allowed bounds. You can only stream to "
                f"date range within {self.streams_back} days in the past and {self.streams_ahead} days in the future "
                "relative to the current date.", column)

    def append(self, key, table, rows):
        if not rows:
            return
        names = ", ".join(quoted(field["name"]) for field in table.fields)
        places = []
        for index, field in enumerate(table.fields):
            kind = duck_type(field)
            if kind.startswith("TIMESTAMPTZ"):
                place = f"make_timestamptz(unnest(${index + 1}::BIGINT[]))"
            else:
                place = f"unnest(${index + 1}::{kind}[])"
            places.append(place)
        columns = [[row[index] for row in rows] for index in range(len(table.fields))]
        self.run(f"INSERT INTO {quoted(*key)} ({names}) SELECT {', '.join(places)}", columns)

    # Statements

    def check(self, tables):
        for project, dataset, name in tables:
            self.table(project, dataset, name)

    def run(self, sql, values=None):
        try:
            return self.duck.execute(sql, values) if values else self.duck.execute(sql)
        except duckdb.Error as error:
            raise Failure("invalidQuery", str(error), "query") from error

    def columns(self, source):
        """The fields of a query or a table of DuckDB's."""
        described = self.run(f"DESCRIBE {source}").fetchall()
        return [field_of(name, kind) for name, kind, *_ in described]

    def execute(self, project, sql, given=(), default=None):
        """Runs a statement.

        Returns: its kind, and for a query the fields, the name of DuckDB's table that keeps the result, and its count.
        """
        known = dialect.types(given)
        key = (project, sql, tuple(sorted(known.items())), tuple(sorted((default or {}).items())))
        if key not in self.prepared:
            statement = dialect.parsed(sql)
            if isinstance(statement, exp.Create):
                self.create(statement, project, default)
                return f"CREATE_{statement.kind}", [], None, 0
            tables = dialect.qualified(statement, project, default)
            self.check(tables)
            names = dialect.place_parameters(statement, known)
            if len(self.prepared) >= 500:
                self.prepared.clear()
            self.prepared[key] = (statement, tables, names, dialect.translated(statement))
        statement, tables, names, body = self.prepared[key]
        self.check(tables)
        values = dialect.values(given, known, names)
        if isinstance(statement, exp.Drop):
            self.delete_table(*tables[0])
            return f"DROP_{statement.kind}", [], None, 0
        if not isinstance(statement, exp.Query):
            self.run(body, values)
            return statement.key.upper(), [], None, 0
        result = f"result_{time.monotonic_ns()}"
        self.run(f"CREATE TEMP TABLE {result} AS {body}", values)
        fields = self.columns(result)
        count = self.duck.execute(f"SELECT count(*) FROM {result}").fetchone()[0]
        return "SELECT", fields, result, count

    def create(self, statement, project, default):
        properties = statement.args.get("properties")
        properties = properties.expressions if properties else []
        if statement.kind == "SCHEMA":
            parts = statement.this.args["db"].name.split(".")
            place = next((one.this.name for one in properties if isinstance(one, exp.LocationProperty)), "US")
            owner = parts[0] if len(parts) == 2 else project
            if (owner, parts[-1]) in self.datasets and statement.args.get("exists"):
                return
            self.create_dataset(owner, {"datasetReference": {"datasetId": parts[-1]}, "location": place})
            return
        names = dialect.qualified(statement, project, default)
        target = statement.find(exp.Table)
        key = tuple(part.name for part in target.parts)
        if statement.args.get("exists") and key in self.tables:
            return
        resource = {"tableReference": {"tableId": key[2]}}
        for one in properties:
            if isinstance(one, exp.PartitionedByProperty):
                resource["timePartitioning"] = {"type": "DAY", "field": one.find(exp.Column).name}
            elif isinstance(one, exp.ClusterProperty):
                resource["clustering"] = {"fields": [column.name for column in one.expressions]}
            elif isinstance(one, exp.Property) and one.name == "description":
                resource["description"] = one.args["value"].name
        if statement.kind == "VIEW":
            self.check([name for name in names if name != key])
            resource["view"] = {"query": statement.expression.sql(dialect="bigquery"), "useLegacySql": False}
        else:
            resource["schema"] = {"fields": [column_field(one) for one in statement.this.expressions]}
        self.create_table(key[0], key[1], resource, replace=bool(statement.args.get("replace")))

    def rows(self, result, fields, start, count):
        """Some rows of a result as answers show them, timestamps as microseconds."""
        shows = []
        for field in fields:
            column = quoted(field["name"])
            if field["type"] == "TIMESTAMP":
                column = f"list_transform({column}, x -> epoch_us(x))" if field["mode"] == "REPEATED" \
                    else f"epoch_us({column})"
            elif field["type"] in ("DATE", "JSON", "NUMERIC") and field["mode"] != "REPEATED":
                column = f"CAST({column} AS VARCHAR)"
            shows.append(column)
        found = self.run(
            f"SELECT {', '.join(shows)} FROM {result} WHERE rowid >= {int(start)} AND rowid < {int(start) + int(count)} "
            "ORDER BY rowid").fetchall()
        answer = []
        for row in found:
            cells = []
            for field, value in zip(fields, row):
                if field["mode"] == "REPEATED":
                    cells.append({"v": [{"v": shown(field["type"], one)} for one in value or []]})
                else:
                    cells.append({"v": shown(field["type"], value)})
            answer.append({"f": cells})
        return answer


def column_field(definition):
    kind = definition.args["kind"]
    mode = "NULLABLE"
    if kind.this == exp.DType.ARRAY:
        kind, mode = kind.expressions[0], "REPEATED"
    field = {"name": definition.name, "type": standard(kind.sql(dialect="bigquery")), "mode": mode}
    for constraint in definition.args.get("constraints") or []:
        if isinstance(constraint.kind, exp.NotNullColumnConstraint) and mode != "REPEATED":
            field["mode"] = "REQUIRED"
        elif isinstance(constraint.kind, exp.DefaultColumnConstraint):
            field["defaultValueExpression"] = constraint.kind.this.sql(dialect="bigquery")
    return field


def now():
    return str(int(time.time() * 1000))
