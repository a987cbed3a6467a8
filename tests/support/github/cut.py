"""Cuts GitHub's published descriptions down to what the stand-in server answers.

    npm pack @octokit/openapi @octokit/graphql-schema   # and unpack both
    python -m tests.support.github.cut api.github.com.json schema.graphql

Both packages are MIT-licensed by the Octokit contributors; `published/LICENSE` goes with them.
Words for people are left out, and OpenAPI's `nullable` becomes JSON Schema's `null`.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

PUBLISHED = Path(__file__).parent / "published"
_REPO = "/repos/{owner}/{repo}"
OPERATIONS = {
    "/rate_limit": "get",
    "/user": "get",
    "/user/repos": "get",
    "/users/{username}": "get",
    "/users/{username}/repos": "get",
    "/orgs/{org}": "get",
    "/orgs/{org}/repos": "get",
    _REPO: "get patch",
    f"{_REPO}/actions/organization-secrets": "get",
    f"{_REPO}/actions/organization-variables": "get",
    f"{_REPO}/actions/runs": "get",
    f"{_REPO}/actions/runs/{{run_id}}/jobs": "get",
    f"{_REPO}/actions/secrets": "get",
    f"{_REPO}/actions/variables": "get",
    f"{_REPO}/actions/workflows": "get",
    f"{_REPO}/actions/workflows/{{workflow_id}}/runs": "get",
    f"{_REPO}/branches/{{branch}}/protection": "get",
    f"{_REPO}/codeowners/errors": "get",
    f"{_REPO}/environments": "get",
    f"{_REPO}/environments/{{environment_name}}/deployment-branch-policies": "get",
    f"{_REPO}/environments/{{environment_name}}/secrets": "get",
    f"{_REPO}/environments/{{environment_name}}/variables": "get",
    f"{_REPO}/issues/{{issue_number}}/comments": "get post",
    f"{_REPO}/issues/comments/{{comment_id}}": "patch",
    f"{_REPO}/pulls": "get post",
    f"{_REPO}/pulls/{{pull_number}}": "get patch",
    f"{_REPO}/rules/branches/{{branch}}": "get",
    f"{_REPO}/rulesets": "get post",
    f"{_REPO}/rulesets/{{ruleset_id}}": "get put",
}
"""The operations in use, methods by path."""
EXAMPLES = {
    "repository": "full-repository-default-response",
    "listed repository": "minimal-repository-items",
    "run": "workflow-run-paginated",
    "jobs": "job-paginated",
    "environments": "environments",
    "pull request": "pull-request",
    "listed pull request": "pull-request-simple-items",
    "repository rulesets": "repository-ruleset",
    "protection": "branch-protection",
    "rules": "repository-rule-items",
    "policies": "deployment-branch-policies-list",
    "issue comment": "issue-comment",
    "organization": "organization-full",
    "public user": "public-user-default-response",
    "rulesets": "repository-ruleset-items",
    "workflows": "workflow-paginated",
}
"""GitHub's own examples, which the server fills in with what a test describes."""
_REFERENCE = re.compile(r'"#/components/(\w+)/([^"]+)"')
_FOR_PEOPLE = {"description", "summary", "externalDocs", "example", "examples", "x-github", "title"}
_DOCUMENTATION = re.compile(r'"""(?:.|\n)*?"""\n?')


def main(openapi: str, graphql: str) -> None:
    """Write the cut descriptions."""
    whole = json.loads(Path(openapi).read_text(encoding="utf-8"))
    PUBLISHED.mkdir(exist_ok=True)
    text = json.dumps(_cut(whole), sort_keys=True, separators=(",", ":"))
    _write("openapi.json.gz", text)
    _write("schema.graphql.gz", _DOCUMENTATION.sub("", Path(graphql).read_text(encoding="utf-8")))


def _write(name: str, text: str) -> None:
    (PUBLISHED / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _cut(whole: dict[str, Any]) -> dict[str, Any]:
    paths = {
        path: {method: _operation(whole, path, method) for method in methods.split()}
        for path, methods in OPERATIONS.items()
    }
    examples = {
        name: whole["components"]["examples"][key]["value"] for name, key in EXAMPLES.items()
    }
    schemas: dict[str, Any] = {}
    waiting = set(_named(paths))
    while waiting:
        name = waiting.pop()
        schemas[name] = _plain(whole["components"]["schemas"][name])
        waiting |= set(_named(schemas[name])) - set(schemas)
    return {"paths": paths, "components": {"schemas": schemas}, "examples": examples}


def _operation(whole: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    said = whole["paths"][path][method]
    parameters = [_resolved(whole, one) for one in said.get("parameters", [])]
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "query": [one["name"] for one in parameters if one["in"] == "query"],
        "body": _plain(body.get("schema")),
        "responses": {
            status: _plain(_content(_resolved(whole, one)))
            for status, one in said["responses"].items()
        },
    }


def _content(response: dict[str, Any]) -> Any:
    return response.get("content", {}).get("application/json", {}).get("schema")


def _resolved(whole: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    _, _, room, name = value["$ref"].split("/")
    found: dict[str, Any] = whole["components"][room][name]
    return found


def _named(value: Any) -> list[str]:
    return [name for _, name in _REFERENCE.findall(json.dumps(value))]


def _plain(value: Any, *, names: bool = False) -> Any:
    """Return a schema as JSON Schema; `names` tells that its keys are names of properties."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _plain(one, names=key == "properties" and not names)
        for key, one in value.items()
        if names or (key not in _FOR_PEOPLE and key != "nullable")
    }
    if not names and value.get("nullable") is True:
        return {"anyOf": [kept, {"type": "null"}]}
    return kept


if __name__ == "__main__":
    main(*sys.argv[1:])
