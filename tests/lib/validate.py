#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds records against the schema that nethergaze prints.

usage: validate.py SCHEMA FILE...	NDJSON, also compressed (.gz)

Each record is held against the definition of its kind. The keywords are those that the schema uses;
one that is not known here is an error, so that nothing passes unread. Where python3-jsonschema is
installed, it has the last word on the schema and on the first records of each kind. Prints how many
records of each kind there were; exits 1 with the first record that does not fit.
"""
import collections
import gzip
import json
import re
import sys

TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
}
FIRST = 3


def check_object(schema, rule, value, at):
    """The members of an object."""
    known = rule.get("properties", {})
    for name in rule.get("required", []):
        if name not in value:
            raise ValueError(f"{at}: no {name}")
    for name, item in value.items():
        more = known.get(name, rule.get("additionalProperties", True))
        if more is False:
            raise ValueError(f"{at}: {name} is not in the schema")
        if more is not True:
            check(schema, more, item, f"{at}.{name}")


def check(schema, rule, value, at):
    """Raises ValueError when the value does not fit the rule."""
    for key, wanted in rule.items():
        if key == "$ref":
            check(schema, schema["$defs"][wanted.removeprefix("#/$defs/")], value, at)
        elif key == "type":
            if not TYPES[wanted](value):
                raise ValueError(f"{at}: {value!r} is no {wanted}")
        elif key == "const":
            if value != wanted:
                raise ValueError(f"{at}: {value!r} is not {wanted!r}")
        elif key == "enum":
            if value not in wanted:
                raise ValueError(f"{at}: {value!r} is none of {wanted}")
        elif key == "minimum":
            if value < wanted:
                raise ValueError(f"{at}: {value} is below {wanted}")
        elif key == "maxProperties":
            if len(value) > wanted:
                raise ValueError(f"{at}: too many members")
        elif key == "pattern":
            if not re.search(wanted, value):
                raise ValueError(f"{at}: {value!r} does not match {wanted}")
        elif key == "items":
            for i, item in enumerate(value):
                check(schema, wanted, item, f"{at}[{i}]")
        elif key == "properties":
            check_object(schema, rule, value, at)
        elif key == "additionalProperties":
            if "properties" not in rule:
                check_object(schema, rule, value, at)
        elif key not in ("required", "description"):
            sys.exit(f"validate.py does not know the keyword {key}")


def referee(schema):
    """What python3-jsonschema says of one record, or None."""
    try:
        import jsonschema
    except ImportError:
        return None
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).validate


def main():
    """As the usage says."""
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    kinds = {one["$ref"].removeprefix("#/$defs/") for one in schema["oneOf"]}
    other = referee(schema)
    seen = collections.Counter()
    for name in sys.argv[2:]:
        with (gzip.open if name.endswith(".gz") else open)(name, "rb") as file:
            for number, line in enumerate(file, 1):
                record = json.loads(line)
                kind = record.get("t")
                try:
                    if kind not in kinds:
                        raise ValueError(f"no record {kind}")
                    check(schema, schema["$defs"][kind], record, kind)
                except ValueError as error:
                    sys.exit(f"{name}:{number}: {error}\n{line.decode()[:1000]}")
                if other and seen[kind] < FIRST:
                    other(record)
                seen[kind] += 1
    for kind in sorted(seen):
        print(kind, seen[kind])


main()
