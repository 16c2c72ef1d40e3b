"""Values and types: as requests carry them, as DuckDB keeps them, as answers show them."""

import base64
import datetime
import json
import math
import re

from failure import Failure

# BigQuery's names of the types, and DuckDB's.
DUCK_TYPES = {
    "STRING": "VARCHAR",
    "INTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "BYTES": "BLOB",
    "TIMESTAMP": "TIMESTAMPTZ",
    "DATE": "DATE",
    "DATETIME": "TIMESTAMP",
    "NUMERIC": "DECIMAL(38,9)",
    "JSON": "JSON",
}
SYNONYMS = {
    "INT64": "INTEGER",
    "FLOAT64": "FLOAT",
    "BOOL": "BOOLEAN",
    "DECIMAL": "NUMERIC",
    "TEXT": "STRING",
    "BIGINT": "INTEGER",
    "INT": "INTEGER",
    "DOUBLE": "FLOAT",
    "TIMESTAMPTZ": "TIMESTAMP",
}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MINIMUM = -62_135_596_800_000_000
MAXIMUM = 253_402_300_799_999_999


def standard(name):
    name = SYNONYMS.get(name.upper(), name.upper())
    if name not in DUCK_TYPES:
        raise Failure("invalid", f"Invalid value for type: {name} is not a valid value")
    return name


def duck_type(field):
    kind = DUCK_TYPES[standard(field["type"])]
    return kind + "[]" if field.get("mode") == "REPEATED" else kind


def field_of(name, duck):
    """The field of a result's column."""
    mode = "NULLABLE"
    if duck.endswith("[]"):
        duck, mode = duck[:-2], "REPEATED"
    if duck.startswith("DECIMAL"):
        kind = "NUMERIC"
    else:
        kind = {
            "BIGINT": "INTEGER", "INTEGER": "INTEGER", "HUGEINT": "INTEGER", "SMALLINT": "INTEGER",
            "TINYINT": "INTEGER", "UBIGINT": "INTEGER", "UINTEGER": "INTEGER", "DOUBLE": "FLOAT",
            "FLOAT": "FLOAT", "VARCHAR": "STRING", "BOOLEAN": "BOOLEAN", "BLOB": "BYTES",
            "TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "TIMESTAMP": "DATETIME", "DATE": "DATE",
            "JSON": "JSON", '"NULL"': "INTEGER", "NULL": "INTEGER",
        }.get(duck)
    if kind is None:
        raise Failure("notImplemented", f"The stand-in has no columns of type {duck}.")
    return {"name": name, "type": kind, "mode": mode}


def microseconds(value):
    """A TIMESTAMP of a request: RFC 3339, or seconds since 1970."""
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, (int, float)) or re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        micros = round(float(value) * 1_000_000) if not isinstance(value, int) else value * 1_000_000
    else:
        match = re.fullmatch(
            r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?", value)
        if not match:
            raise ValueError
        day, time, fraction, zone = match.groups()
        zone = {"Z": "+00:00", "UTC": "+00:00", None: "+00:00"}.get(zone, zone)
        if len(zone) == 3:
            zone += ":00"
        moment = datetime.datetime.fromisoformat(f"{day}T{time or '00:00:00'}{zone}")
        elapsed = moment - EPOCH
        micros = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + int((fraction or "")[:6].ljust(6, "0"))
    if not MINIMUM <= micros <= MAXIMUM:
        raise ValueError
    return micros


def stored(kind, value):
    """What is kept of a JSON value in a column of a type; ValueError where it does not fit."""
    kind = standard(kind)
    if value is None:
        return None
    if kind == "STRING":
        if isinstance(value, (dict, list)):
            raise ValueError
        return value if isinstance(value, str) else json.dumps(value)
    if kind == "INTEGER":
        if isinstance(value, bool) or isinstance(value, (dict, list)):
            raise ValueError
        if isinstance(value, float) and not value.is_integer():
            raise ValueError
        number = int(value)
        if not -(2**63) <= number < 2**63:
            raise ValueError
        return number
    if kind == "FLOAT":
        return float(value)
    if kind == "BOOLEAN":
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise ValueError
    if kind == "TIMESTAMP":
        return microseconds(value)
    if kind == "BYTES":
        return base64.b64decode(value, validate=True)
    if kind == "JSON":
        text = value if isinstance(value, str) else json.dumps(value)
        json.loads(text)
        return text
    return str(value)


def shown(kind, value):
    """A cell of an answer; timestamps come as microseconds."""
    if value is None:
        return None
    if kind == "BOOLEAN":
        return "true" if value else "false"
    if kind == "BYTES":
        return base64.b64encode(value).decode()
    if kind == "FLOAT":
        if math.isnan(value):
            return "NaN"
        return repr(float(value)) if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if kind == "DATETIME":
        return value.isoformat()
    return str(value)


def seconds(text):
    """Microseconds as BigQuery shows a TIMESTAMP unless it is asked for integers."""
    return None if text is None else repr(int(text) / 1_000_000).upper()
