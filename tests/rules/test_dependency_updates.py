"""The rule about who keeps dependencies fresh."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import governance as rules
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

NPM = '{"dependencies": {"next": "15"}}'
MANIFESTS = {
    "app/requirements.txt": "fastapi\n",
    "frontend/package.json": NPM,
    "Dockerfile": "FROM python:3.12\n",
    "Dockerfile.api": "FROM python:3.12\n",
    ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n",
}
PATH = ".github/dependabot.yml"


def updates(*entries: str) -> dict[str, str]:
    listed = "".join(
        f"  - package-ecosystem: {entry.split()[0]}\n    {entry.split(maxsplit=1)[1]}\n"
        for entry in entries
    )
    return {PATH: f"version: 2\nupdates:\n{listed}"}


class TestDependencyUpdates:
    def test_nobody_updates_anything(self) -> None:
        (found,) = violations(rules.dependency_updates, MANIFESTS)
        assert found.subject == PATH
        assert "5 manifests (docker, github-actions, npm, pip)" in found.message

    def test_each_manifest_that_is_left_out(self) -> None:
        config = updates(
            'npm directory: "/"', 'docker directory: "/"', "github-actions directory: /"
        )
        found = violations(rules.dependency_updates, MANIFESTS | config)
        assert [one.subject for one in found] == ["frontend/package.json", "app/requirements.txt"]
        assert found[0].evidence == {"ecosystem": "npm", "directory": "/frontend"}

    def test_renovate_that_is_limited_or_off(self) -> None:
        limited = {"renovate.json": '{"enabledManagers": ["npm", "dockerfile"]}'}
        assert subjects(rules.dependency_updates, MANIFESTS | limited) == [
            ".github/workflows/ci.yml",
            "app/requirements.txt",
        ]
        off = {"renovate.json": '{"enabled": false}'}
        assert len(subjects(rules.dependency_updates, MANIFESTS | off)) == 4

    @pytest.mark.parametrize(
        "files",
        [
            {"renovate.json": "{}"},
            {".github/renovate.json5": "{extends: ['config:base'],}"},
            updates(
                'npm directories: ["/packages/*", "/frontend"]',
                "uv directory: app",
                "docker directory: /",
                'github-actions directory: "/.github/workflows"',
            ),
            updates(
                'npm directories: ["**/*"]',
                'pip directories: ["/app/**"]',
                "docker directory: /",
                "github-actions directory: /",
            ),
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.dependency_updates, MANIFESTS | files)

    def test_members_of_a_workspace_are_covered_with_it(self) -> None:
        files = {
            "package.json": '{"workspaces": ["packages/*"]}',
            "packages/a/package.json": NPM,
            "rust/Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\n',
            "rust/a/Cargo.toml": "[dependencies]\n",
        }
        config = updates('npm directory: "/"', 'cargo directory: "/rust"')
        assert not subjects(rules.dependency_updates, files | config)

    def test_what_is_nobodys_manifest(self) -> None:
        files = {
            "tests/fixtures/a/package.json": NPM,
            "node_modules/a/package.json": NPM,
            "examples/a/requirements.txt": "x\n",
            "package.json": '{"name": "a", "scripts": {}}',
            "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
            "templates/Dockerfile.j2": "FROM x\n",
            "Dockerfile": "FROM  scratch\n",
        }
        assert is_not_applicable(rules.dependency_updates, files)

    def test_a_broken_configuration_leaves_the_rule_open(self) -> None:
        said = outcomes(rules.dependency_updates, MANIFESTS | {PATH: "updates: [\n"})
        assert any(isinstance(one, Unknown) for one in said)
