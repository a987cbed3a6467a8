"""The rules about folders, files in the root and artifacts."""

import pytest
from msgspec import structs

from autodevops.guide.load import built_in_guide
from autodevops.guide.model import Service
from autodevops.model.finding import NotApplicable
from autodevops.rules import layout as rules
from autodevops.rules._api import Rule
from tests.rules.kinds import FASTAPI, LIBRARY, NEXT, PLATFORM
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations
from tests.support.memory import snapshot_of

OF_PLATFORMS = [rules.unexpected_folder, rules.folder_purpose, rules.stray_root_file]


def without(*folders: str) -> dict[str, str]:
    return {path: text for path, text in PLATFORM.items() if path.split("/")[0] not in folders}


@pytest.mark.parametrize("rule", OF_PLATFORMS, ids=lambda rule: rule.id)
def test_only_a_platform_is_asked(rule: Rule) -> None:
    assert is_not_applicable(rule, LIBRARY)
    assert is_not_applicable(rule, {"app/main.py": FASTAPI})


@pytest.mark.parametrize(
    "rule",
    [*OF_PLATFORMS, rules.required_folder, rules.empty_folder, rules.committed_artifact],
    ids=lambda rule: rule.id,
)
def test_the_guides_own_layout_passes(rule: Rule) -> None:
    assert not subjects(rule, PLATFORM)


class TestRequiredFolder:
    def test_each_missing_folder_with_its_own_severity(self) -> None:
        found = violations(rules.required_folder, without("ops", "ci"))
        assert [(one.subject, one.severity) for one in found] == [("ops", "medium"), ("ci", "low")]

    def test_a_library_is_asked_for_three_folders(self) -> None:
        assert subjects(rules.required_folder, {"x.py": "x"}) == ["docs", "tests", ".github"]

    def test_a_folder_of_nearly_that_name_is_told(self) -> None:
        (found, *_) = violations(rules.required_folder, {"doc/a.md": "x", "test/a.py": "x"})
        assert found.message.endswith("; doc/ may be what belongs there")

    def test_a_service_that_the_team_leaves_out_needs_no_folder(self) -> None:
        guide = built_in_guide()
        services = guide.services.__class__(
            **{name: getattr(guide.services, name) for name in guide.services.__struct_fields__}
            | {"declared": ("api", "workers")}
        )
        files = without("frontend", "ops")
        found = subjects(rules.required_folder, files, given={type(services): services})
        assert found == ["ops"]

    @pytest.mark.parametrize("kind", ["submodule", "link"])
    def test_a_submodule_or_link_stands_for_its_folder(self, kind: str) -> None:
        snapshot = snapshot_of(
            without("docs"),
            submodules=("docs",) if kind == "submodule" else (),
            links={"docs": "repo"} if kind == "link" else {},
        )
        assert not subjects(rules.required_folder, snapshot)


class TestUnexpectedFolder:
    def test_a_folder_that_nobody_knows(self) -> None:
        files = PLATFORM | {"misc/a.py": "x", "misc/b.py": "x"}
        (found,) = violations(rules.unexpected_folder, files)
        assert found.subject == "misc"
        assert found.message == "misc/ (2 files) is no folder of the guide"
        assert [place.path for place in found.locations] == ["misc", "misc/a.py", "misc/b.py"]

    @pytest.mark.parametrize(
        "path",
        ["k8s/base/x.yaml", ".vscode/x.json", ".husky/x", "examples/x", "packages/a/x", "src/x"],
    )
    def test_innocent(self, path: str) -> None:
        assert not subjects(rules.unexpected_folder, PLATFORM | {path: "x"})


class TestFolderPurpose:
    @pytest.mark.parametrize(
        ("files", "subject", "line"),
        [
            ({"app/main.py": "from flask import Flask\n"}, "app", None),
            ({"frontend/package.json": '{"dependencies": {"vue": "3"}}'}, "frontend", None),
            ({"workers/package.json": '{"dependencies": {"agenda": "1"}}'}, "workers", None),
            ({"grafana/api.json": '{\n"panels": [,]}'}, "grafana/api.json", 2),
            ({"ci/deploy.py": "x"}, "ci", None),
        ],
    )
    def test_a_folder_that_holds_something_else(
        self, files: dict[str, str], subject: str, line: int | None
    ) -> None:
        (found,) = violations(rules.folder_purpose, PLATFORM | files)
        assert found.subject == subject
        assert found.locations[0].line == line

    def test_a_database_folder_without_migrations(self) -> None:
        files = without("supabase") | {"supabase/config.toml": "x"}
        (found,) = violations(rules.folder_purpose, files)
        assert found.subject == "supabase"
        assert "supabase/migrations" in {place.path for place in found.locations}

    def test_a_manifest_that_is_not_json_leaves_the_rule_open(self) -> None:
        said = outcomes(rules.folder_purpose, PLATFORM | {"frontend/package.json": "{"})
        assert "frontend/package.json is not a JSON object" in {
            getattr(one, "reason", None) for one in said
        }

    @pytest.mark.parametrize(
        "files",
        [
            {"app/main.py": "", "app/deep/api.py": "import fastapi as f\n"},
            {"frontend/package.json": "{}", "frontend/next.config.mjs": ""},
            {"frontend/package.json": "{}", "frontend/web/package.json": NEXT},
            {"workers/package.json": "{}", "workers/src/a.ts": "import {Worker} from 'bullmq'"},
            {"ci/coverage/sorter.js": "x", "ci/run.sh": "x", "ci/README.md": "x"},
            {"grafana/dashboards/a.json": '{"panels": []}', "grafana/provisioning/d.yml": "x: 1"},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.folder_purpose, PLATFORM | files)


class TestEmptyFolder:
    @pytest.mark.parametrize("name", [".gitkeep", ".keep", "__init__.py"])
    def test_only_a_placeholder(self, name: str) -> None:
        files = without("ops") | {f"ops/{name}": ""}
        (found,) = violations(rules.empty_folder, files)
        assert found.subject == "ops"
        assert found.message == f"ops/ holds nothing but ops/{name}"

    @pytest.mark.parametrize(
        "files",
        [
            {"ops/.gitkeep": "", "ops/runbook.md": "x"},
            {"ops/deep/runbook.md": "x"},
            {"ops/README.md": "What is here\n"},
            {"unasked/.gitkeep": ""},
            {f"ops/{number}.txt": "" for number in range(6)},
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert not subjects(rules.empty_folder, without("ops") | files)


class TestStrayRootFile:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("FINAL_AUDIT_REPORT.md", "report"),
            ("test-results.json", "report"),
            ("deploy.log", "report"),
            ("fix_users.py", "script"),
            ("migrate.sh", "script"),
            ("dump.sql", "dump"),
            ("users.csv", "dump"),
            ("site.zip", "backup"),
            ("schema copy.md", "backup"),
            ("config_old.yaml", "backup"),
        ],
    )
    def test_a_file_that_nobody_looks_for(self, name: str, kind: str) -> None:
        (found,) = violations(rules.stray_root_file, PLATFORM | {name: "x"})
        assert found.subject == name
        assert kind in found.message

    @pytest.mark.parametrize(
        "files",
        [
            {
                "pyproject.toml": "x",
                "uv.lock": "x",
                "Dockerfile.api": "x",
                "docker-compose.yml": "x",
            },
            {"migrate.sh": "x", "README.md": "Run `./migrate.sh` first.\n"},
            {"seed.py": "x", "Makefile": "seed:\n\tpython seed.py\n"},
            {"notes.txt": "x", ".github/workflows/ci.yml": "run: cat notes.txt"},
            {"main.py": "x", "DEPLOYMENT.md": "x", "logo.png": b"\x89", "go.mod": "x"},
            {"global.d.ts": "x", "jest.config.ts": "x", "sentry.client.config.ts": "x"},
            {"server.py.bak": "x"},
        ],
    )
    def test_innocent(self, files: dict[str, str | bytes]) -> None:
        assert not subjects(rules.stray_root_file, PLATFORM | files)


def test_an_unborn_repository_has_nothing_but_missing_folders() -> None:
    assert lines(rules.required_folder, {}) == [("docs", None), ("tests", None), (".github", None)]
    assert isinstance(outcomes(rules.folder_purpose, {})[0], NotApplicable)


def test_an_output_folder_in_the_root_is_the_artifacts_matter() -> None:
    files = PLATFORM | {"dist/app.js": "// webpackBootstrap\n"}
    assert not subjects(rules.unexpected_folder, files)
    assert subjects(rules.committed_artifact, files) == ["dist"]


def test_the_folder_of_a_service_that_the_team_adds_is_known() -> None:
    guide = built_in_guide()
    billing = Service(name="billing", responsibility="Bills", technology="Go", folder="billing")
    services = structs.replace(guide.services, services=(*guide.services.services, billing))
    files = {"app/main.py": "", "workers/index.ts": "", "billing/main.go": "", "misc/x.txt": ""}
    changed = structs.replace(guide, services=services)
    assert subjects(rules.unexpected_folder, files, guide=changed) == ["misc"]
