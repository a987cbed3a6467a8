"""GitHub's published descriptions, and whether requests and answers hold to them."""

import copy
import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from graphql import GraphQLSchema, build_schema

_FOLDER = Path(__file__).parent / "published"


@cache
def _description() -> Any:
    return json.loads(gzip.decompress((_FOLDER / "openapi.json.gz").read_bytes()))


@cache
def schema() -> GraphQLSchema:
    """Return GitHub's GraphQL schema."""
    text = gzip.decompress((_FOLDER / "schema.graphql.gz").read_bytes()).decode()
    return build_schema(text, assume_valid=True)


def example(name: str) -> Any:
    """Return a copy of one of GitHub's examples, see `cut.py`."""
    return copy.deepcopy(_description()["examples"][name])


def matching(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Return the described path that a request's path is one of, and its parameters."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(path)
        if found is not None and method.lower() in _description()["paths"][template]:
            return template, found.groupdict()
    return None


def unknown_parameters(method: str, template: str, query: dict[str, str]) -> list[str]:
    """Return the parameters of a query that GitHub does not know."""
    known = _description()["paths"][template][method.lower()]["query"]
    return sorted(set(query) - set(known))


def mistake(method: str, template: str, status: int, body: Any) -> str | None:
    """Return what is wrong with an answer, None when it is as described."""
    if status not in {200, 201}:
        return None
    return _wrong(_validator(method.lower(), template, str(status)), body)


def request_mistake(method: str, template: str, body: Any) -> str | None:
    """Return what is wrong with the body of a request, None when it is as described."""
    return _wrong(_validator(method.lower(), template, "body"), body)


def _wrong(validator: Any, body: Any) -> str | None:
    if validator is None:
        return None
    found = next(validator.iter_errors(body), None)
    if found is None:
        return None
    return f"{'/'.join(map(str, found.instance_path))}: {found.message[:300]}"


@cache
def _validator(method: str, template: str, part: str) -> Any:
    operation = _description()["paths"][template][method]
    shape = operation["body"] if part == "body" else operation["responses"].get(part)
    if shape is None:
        return None
    whole = {**shape, "components": _description()["components"]}
    return jsonschema_rs.Draft202012Validator(whole)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the paths as patterns, those with fewer parameters first."""
    templates = sorted(_description()["paths"], key=lambda one: (one.count("{"), one))
    return [(one, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", one))) for one in templates]
