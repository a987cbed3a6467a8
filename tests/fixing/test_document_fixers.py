"""Documents that repairs write: from what is known, for nobody else than this repository."""

from datetime import date

import pytest

from autodevops.facts.release_notes import Release, ReleaseNotes
from autodevops.fixing._release_sections import entries
from autodevops.fixing.catalog import fixer_for
from tests.conftest import MakeRepo
from tests.support.history import fact_of
from tests.support.repairing import mended, refusal, repaired
from tests.support.shop import EXAMPLES

SHOP = {
    path.relative_to(EXAMPLES / "good-repo").as_posix(): path.read_bytes()
    for path in sorted((EXAMPLES / "good-repo").rglob("*"))
    if path.is_file()
}
"""A platform that follows the guide."""


def without(*paths: str) -> dict[str, bytes]:
    return {path: content for path, content in SHOP.items() if path not in paths}


def with_text(path: str, text: str) -> dict[str, bytes]:
    return {**SHOP, path: text.encode()}


# OP001, SL006


@pytest.mark.parametrize("name", ["runbook", "verification", "auto-scaler"])
def test_a_runbook_is_written_from_what_is_known(name: str) -> None:
    path = f"ops/{name}.md"
    text = mended("OP001", without(path)).text(path)
    assert "shop" in text
    assert not any(word in text for word in ("TODO", "[", "{{", "None"))


def test_a_runbook_names_services_owners_and_commands_of_the_repository() -> None:
    text = mended("OP001", without("ops/runbook.md")).text("ops/runbook.md")
    assert "| API | `app/` | Railway | 8000 | @acme/api @acme/platform |" in text
    assert "`railway logs --service api`" in text
    assert "`/health` answers" in text
    assert "p95 latency < 500ms" in text


def test_a_runbook_that_lies_elsewhere_is_not_doubled() -> None:
    files = {**without("ops/runbook.md"), "docs/runbook.md": SHOP["ops/runbook.md"]}
    assert "docs/runbook.md may be it" in refusal("OP001", files)


def test_the_playbook_names_owners_and_where_alerts_go() -> None:
    text = mended("SL006", without("ops/oncall_playbook.md")).text("ops/oncall_playbook.md")
    assert "Alerts go to PagerDuty, which" in text
    assert "| Workers (`workers/`) | @acme/async @acme/platform | @acme/platform |" in text


def test_without_owners_nobody_is_called() -> None:
    files = without("ops/oncall_playbook.md", ".github/CODEOWNERS", "MAINTAINERS.md")
    assert "nobody is named" in refusal("SL006", files)


def test_a_playbook_that_says_something_is_not_replaced() -> None:
    text = "# On-call\n\n" + "".join(f"{n}. Look at part {n} of the system.\n" for n in range(20))
    assert "would be lost" in refusal("SL006", with_text("ops/oncall_playbook.md", text))


# SL001


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# SLOs\r\n\r\n| a | b | c |\r\n|---|---|---|\r\n| x | y | z |\r\n\r\nEnd.\r\n",
            "| x | y | z |\r\n| AI | p95 response < 30s | AI call duration |\r\n",
        ),
        (
            "# SLOs\n\nNone yet.",
            "None yet.\n\n| service | objective | indicator |\n|---|---|---|\n| ",
        ),
    ],
)
def test_objectives_join_the_table(before: str, after: str) -> None:
    text = mended("SL001", with_text("docs/slo.md", before)).text("docs/slo.md")
    assert after in text
    assert text.startswith(before.split("\n", maxsplit=1)[0])


def test_objectives_begin_a_document() -> None:
    text = mended("SL001", without("docs/slo.md")).text("docs/slo.md")
    assert text.startswith("# Service level objectives\n\n| service | objective | indicator |\n")
    assert text.count("\n| ") == 5


# OP003

TEMPLATE = "ops/postmortems/template.md"


def test_a_template_gets_its_missing_parts_in_order() -> None:
    before = "# P\r\n\r\n### Timeline\r\n\r\nWhen.\r\n\r\n### Action items\r\n\r\nWho.\r\n"
    text = mended("OP003", with_text(TEMPLATE, before)).text(TEMPLATE)
    headings = [line for line in text.split("\r\n") if line.startswith("#")]
    assert headings == [
        "# P",
        "### Timeline",
        "### Root cause",
        "### Impact",
        "### Action items",
        "### Documentation",
    ]


def test_what_happened_is_not_made_up() -> None:
    files = with_text(
        "ops/postmortems/2026-01-01-outage.md", "# Outage\n\n## Timeline\n\nAt ten.\n"
    )
    assert [fixer_for(one) for one in repaired("OP003", files).found] == [None]


# GV001


@pytest.mark.parametrize("name", ["README", "CONTRIBUTING", "SECURITY", "MAINTAINERS", "CHANGELOG"])
@pytest.mark.parametrize("stub", [None, "# It\n\nTODO\n"])
def test_a_governance_document_is_written(name: str, stub: str | None) -> None:
    path = f"{name}.md"
    files = without(path) if stub is None else with_text(path, stub)
    text = mended("GV001", files).text(path)
    assert len(text.split()) > 15
    assert "TODO" not in text


def test_contributing_says_what_the_guide_in_force_says() -> None:
    text = mended("GV001", without("CONTRIBUTING.md")).text("CONTRIBUTING.md")
    assert "`feature/...` (3 days), `fix/...` (1 day)" in text
    assert "`cd frontend && npm test`" in text
    assert "at most 72 characters" in text


def test_a_readme_about_nothing_is_not_written() -> None:
    done = repaired("GV001", {"x.txt": "x\n"})
    assert "README.md" not in done.edits
    assert "what it is about stands nowhere" in done.refused


# CI001


@pytest.mark.parametrize("name", ["commitlint", "monitoring_checks"])
def test_a_workflow_that_looks_the_same_everywhere_is_written(name: str) -> None:
    path = f".github/workflows/{name}.yml"
    assert "branches: [main]" in mended("CI001", without(path)).text(path)


def test_the_pipeline_itself_is_a_persons_matter() -> None:
    done = repaired("CI001", without(".github/workflows/ci.yml"))
    assert [fixer_for(one) for one in done.found] == [None]


def test_a_linter_under_another_name_is_not_doubled() -> None:
    files = without(".github/workflows/commitlint.yml")
    files[".github/workflows/commits.yml"] = SHOP[".github/workflows/commitlint.yml"]
    assert "lints commits already" in refusal("CI001", files)


# RE006


def test_commits_are_grouped_by_what_they_say() -> None:
    headers = ("feat: teas", "fix(api)!: no teas (#3)", "chore: x", "Some <words>", "perf: faster")
    release = Release("v1.0.0", date(2026, 3, 1), headers)
    assert entries(release) == [
        "### Breaking", "", "- No teas", "", "### Added", "", "- Teas", "", "### Changed", "",
        "- Faster", "- Some \\<words\\>",
    ]  # fmt: skip


def test_releases_share_no_commit(make_repo: MakeRepo) -> None:
    repo = make_repo({"a": "1"})
    repo.tag("v1.0.0", "one")
    repo.commit("feat: two", {"a": "2"})
    repo.tag("v1.1.0-rc.1", "candidate")
    repo.commit("fix: three", {"a": "3"})
    repo.tag("v1.1.0", "two")
    notes = fact_of(ReleaseNotes, repo).releases
    assert {name: one.headers for name, one in notes.items()} == {
        "v1.0.0": ("chore: first commit",),
        "v1.1.0": ("fix: three", "feat: two"),
    }


def test_every_fixer_of_a_document_is_offered_as_unsafe() -> None:
    found = repaired("GV001", without("README.md")).found
    assert [fixer.safety for one in found if (fixer := fixer_for(one))] == ["unsafe"]
