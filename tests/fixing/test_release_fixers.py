"""Sections of releases come from their commits, in the changelog's own shape."""

import pytest

from autodevops.fixing.secrets_found import blank_value
from autodevops.fixing.site import Site
from autodevops.model.finding import Confidence, Finding, FindingStatus, Location, Severity, in_file
from autodevops.sources.local import open_local
from tests.conftest import MakeRepo
from tests.support.memory import NOW, snapshot_of
from tests.support.repairing import Repaired, repaired


def of_releases(make_repo: MakeRepo, changelog: str, path: str = "CHANGELOG.md") -> Repaired:
    repo = make_repo({path: changelog, "src/a.py": "x = 1\n"})
    repo.tag("v1.0.0", "one")
    repo.commit("feat(tea): brew tea", {"src/a.py": "x = 2\n"})
    repo.commit("fix: no cold tea", {"src/a.py": "x = 3\n"})
    repo.tag("v1.1.0", "two")
    with open_local(str(repo.path), now=NOW) as snapshot:
        return repaired("RE006", snapshot)


@pytest.mark.parametrize(
    ("before", "heading"),
    [
        (
            "# C\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n- Tea.\n",
            "## [1.1.0] - 2026-11-21",
        ),
        ("# C\r\n\r\n### v1.0.0 (2026-01-01)\r\n\r\n- Tea.\r\n", "### v1.1.0 (2026-11-21)"),
        (
            "## [1.0.0](https://x.example/compare/v0...v1) (2026-01-01)\n\n- Tea.\n",
            "## [1.1.0] (2026-11-21)",
        ),
    ],
)
def test_a_section_stands_above_the_older_one_and_looks_like_it(
    make_repo: MakeRepo, before: str, heading: str
) -> None:
    done = of_releases(make_repo, before)
    assert not done.left
    assert not done.again
    end = "\r\n" if "\r\n" in before else "\n"
    section = ["", "### Added", "", "- Brew tea", "", "### Fixed", "", "- No cold tea", ""]
    wanted = end.join([heading, *section, ""])
    older = next(line for line in before.split(end) if "1.0.0" in line)
    assert done.text("CHANGELOG.md") == before.replace(older, wanted + older)


def test_a_changelog_in_another_format_is_a_persons_matter(make_repo: MakeRepo) -> None:
    done = of_releases(
        make_repo, "Changes\n=======\n\n1.0.0 (2026-01-01)\n-----\n\n* Tea.\n", "CHANGES.rst"
    )
    assert not done.edits
    assert "how CHANGES.rst heads its sections is not known" in done.refused


def test_releases_before_the_changelog_began_stay_out(make_repo: MakeRepo) -> None:
    done = of_releases(make_repo, "# C\n\n## [1.1.0] - 2026-02-01\n\n- Tea.\n")
    assert done.refused == ("CHANGELOG.md begins with a later version",)


def held(*places: Location) -> Finding:
    return Finding(
        id="x",
        rule="SE008",
        slug="env-example-value",
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        subject=".env.example#KEY",
        message="it holds a value",
        evidence={},
        locations=places,
        remediation="",
        docs_url="",
        fix=None,
        status=FindingStatus.OPEN,
        waiver=None,
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("KEY=abc123", "KEY="),
        ('export KEY = "abc 123" # the key', "export KEY = # the key"),
        ("KEY='a' # b", "KEY= # b"),
    ],
)
def test_a_template_keeps_the_name_and_loses_the_value(row: str, expected: str) -> None:
    site = Site(snapshot_of({".env.example": f"A=\r\n{row}\r\n"}), lambda _kind: None)
    answer = blank_value.repair(held(in_file(".env.example", 2)), site)
    assert isinstance(answer, tuple)
    assert answer[0].content == f"A=\r\n{expected}\r\n".encode()


def test_a_value_that_is_not_an_assignment_is_a_persons_matter() -> None:
    site = Site(snapshot_of({".env.example": "# the key is abc123\n"}), lambda _kind: None)
    assert not isinstance(blank_value.repair(held(in_file(".env.example", 1)), site), tuple)
