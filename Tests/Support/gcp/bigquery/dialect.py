"""Statements in BigQuery's dialect as statements in DuckDB's."""

import sqlglot
from sqlglot import exp

from failure import Failure, not_found
from values import standard, stored

# https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#reserved_keywords; sqlglot lets some of them pass.
RESERVED = set(
    "ALL AND ANY ARRAY AS ASC AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT DEFAULT DEFINE DESC "
    "DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM FULL GROUP GROUPING "
    "GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT LOOKUP MERGE NATURAL "
    "NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE RECURSIVE RESPECT RIGHT "
    "ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST USING WHEN WHERE WINDOW "
    "WITH WITHIN".split())


def parsed(sql):
    try:
        statements = [one for one in sqlglot.parse(sql, read="bigquery") if one is not None]
    except sqlglot.errors.SqlglotError as error:
        raise Failure("invalidQuery", f"Syntax error: {str(error).splitlines()[0]}", "query") from error
    if len(statements) != 1:
        raise Failure("invalidQuery", "The stand-in runs one statement at a time.", "query")
    for identifier in statements[0].find_all(exp.Identifier):
        if not identifier.args.get("quoted") and identifier.name.upper() in RESERVED:
            raise Failure("invalidQuery", f"Syntax error: Unexpected keyword {identifier.name.upper()}", "query")
    return statements[0]


def qualified(statement, project, default):
    """Completes the names of tables.

    Returns: for each table that is no common table expression its project, dataset and name.
    """
    tables = []
    common = {one.alias_or_name for one in statement.find_all(exp.CTE)}
    for table in statement.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or isinstance(statement, exp.Create) and statement.kind == "SCHEMA":
            continue
        parts = [part.name for part in table.parts]
        if len(parts) == 1 and parts[0] in common:
            continue
        if len(parts) == 1:
            if not default:
                raise Failure("invalid", f'Table "{parts[0]}" must be qualified with a dataset (e.g. dataset.table).')
            parts = [default.get("projectId", project), default["datasetId"], parts[0]]
        if len(parts) == 2:
            parts = [project, *parts]
        # Where it has no name of its own, the table's last part is it, as in BigQuery.
        for key, part in zip(("catalog", "db", "this"), parts):
            table.set(key, exp.to_identifier(part, quoted=True))
        tables.append(tuple(parts))
    return tables


DUCK_PARAMETERS = {
    "TIMESTAMP": "BIGINT", "STRING": "VARCHAR", "INTEGER": "BIGINT", "BOOLEAN": "BOOLEAN", "FLOAT": "DOUBLE"}


def types(given):
    """The types of the parameters by their names: the type and whether it is an array of it."""
    found = {}
    for one in given:
        declared = one["parameterType"]
        is_array = declared["type"] == "ARRAY"
        kind = standard((declared["arrayType"] if is_array else declared)["type"])
        if kind not in DUCK_PARAMETERS:
            raise Failure("notImplemented", f"The stand-in takes no parameters of type {kind}.")
        found[one.get("name", "").lower()] = (kind, is_array)
    return found


def place_parameters(statement, known):
    """Puts parameters where DuckDB takes them. Returns the names of those that the statement has."""
    names = set()
    for node in list(statement.find_all(exp.Parameter)):
        name = node.name.lower()
        if name not in known:
            raise Failure("invalidQuery", f"Query parameter '{node.name}' not found", "query")
        names.add(name)
        kind, is_array = known[name]
        to = DUCK_PARAMETERS[kind]
        cast = exp.cast(exp.Parameter(this=exp.Var(this=name)), f"{to}[]" if is_array else to, dialect="duckdb")
        if kind == "TIMESTAMP" and not is_array:
            cast = exp.Anonymous(this="make_timestamptz", expressions=[cast])
        node.replace(cast)
    return names


def values(given, known, names):
    """What DuckDB is to be given for the parameters of some names."""
    found = {}
    for one in given:
        name = one.get("name", "").lower()
        if name not in names:
            continue
        kind, is_array = known[name]
        value = one["parameterValue"]
        try:
            found[name] = _array(kind, value) if is_array else stored(kind, value.get("value"))
        except (ValueError, TypeError) as error:
            raise Failure("invalidQuery", f"Invalid value for query parameter '{name}'", "query") from error
    return found


def _array(kind, value):
    return [stored(kind, one.get("value")) for one in value.get("arrayValues", [])]


def translated(statement):
    """The statement in DuckDB's dialect."""
    statement = statement.transform(_adapted)
    try:
        return statement.sql(dialect="duckdb", unsupported_level=sqlglot.ErrorLevel.IGNORE)
    except sqlglot.errors.SqlglotError as error:
        raise Failure("notImplemented", f"The stand-in cannot translate this: {error}") from error


def _adapted(node):
    if isinstance(node, exp.Normalize):
        form = node.args.get("form")
        return exp.Anonymous(
            this="bq_normalize", expressions=[node.this, exp.Literal.string(form.name.upper() if form else "NFC")])
    if isinstance(node, exp.SafeFunc):
        # SAFE.f(x): NULL where f fails.
        return exp.Anonymous(this="TRY", expressions=[node.this])
    if isinstance(node, exp.IntDiv):
        # sqlglot writes an operator for DIV and forgets the parentheses.
        return exp.IntDiv(this=exp.paren(node.this, copy=False), expression=exp.paren(node.expression, copy=False))
    if isinstance(node, exp.CountIf):
        # DuckDB's is NULL, not 0, where there are no rows.
        return exp.Count(this=exp.If(this=node.this, true=exp.Literal.number(1)))
    if isinstance(node, exp.In) and node.args.get("unnest"):
        unnest = node.args["unnest"]
        return exp.Anonymous(
            this="list_contains", expressions=[unnest.expressions[0], node.this])
    return node
