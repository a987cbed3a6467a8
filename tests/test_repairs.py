"""The gate: what passes it makes the finding go and does no harm; the rest is named."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from autodevops.auditing import Opened, Trial, opened
from autodevops.fixing import catalog
from autodevops.fixing._api import Answer, Fixer, fixer
from autodevops.fixing.plan import Choice
from autodevops.fixing.site import Site
from autodevops.model.edit import Edit
from autodevops.model.finding import Finding, Safety
from autodevops.model.report import Report
from autodevops.proposals import propose
from autodevops.repairs import NotVerified, Origin, Verified, verify
from autodevops.request import Request
from tests.conftest import MakeRepo
from tests.secret_set.values import BASE62, Values
from tests.support.memory import NOW
from tests.support.repositories import Repository

CI = ".github/workflows/ci.yml"
FILES = {
    "README.md": "# Shop\n\nIt sells tea, to everybody who likes tea.\n",
    "docs/tea.md": "# Tea\n\nGreen and black.\n",
    "tests/test_tea.py": "def test_tea() -> None:\n    assert True\n",
    CI: """\
name: CI
on: [push, pull_request]
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: python -m pytest
""",
}
SECRET = "ghp_" + Values(17).of(BASE62, 36)
TIMEOUT = FILES[CI].replace("    runs-on", "    timeout-minutes: 10\n    runs-on").encode()


@contextmanager
def audited(repo: Repository) -> Iterator[tuple[Opened, Report]]:
    with opened(Request(target=str(repo.path), offline=True), now=NOW) as target:
        yield target, target.audit().report


def finding(report: Report, rule: str) -> Finding:
    return next(one for one in report.findings if one.rule == rule)


def judged(
    repo: Repository, rule: str, *edits: Edit, origin: Origin = Origin.FIXER
) -> Verified | NotVerified:
    with audited(repo) as (target, report):
        found = [finding(report, rule)]
        return verify(target, report, edits, found, origin=origin, governance=True)


def reasons(answer: Verified | NotVerified) -> str:
    assert isinstance(answer, NotVerified)
    return " | ".join(answer.reasons)


@pytest.mark.parametrize("origin", Origin)
def test_an_edit_that_repairs_passes(make_repo: MakeRepo, origin: Origin) -> None:
    repo = make_repo(FILES)
    answer = judged(repo, "CI012", Edit(path=CI, content=TIMEOUT), origin=origin)
    assert isinstance(answer, Verified), reasons(answer)
    assert not [one for one in answer.report.findings if one.rule == "CI012"]
    assert repo.git("status", "--porcelain").strip() == ""


def test_an_edit_that_repairs_nothing_is_refused(make_repo: MakeRepo) -> None:
    same = FILES[CI].replace("name: CI", "name: Checks").encode()
    said = reasons(judged(make_repo(FILES), "CI012", Edit(path=CI, content=same)))
    assert "still there" in said


def test_an_edit_that_brings_something_new_is_refused(make_repo: MakeRepo) -> None:
    worse = TIMEOUT.replace(b"python -m pytest", b"echo ${{ github.event.issue.title }}")
    said = reasons(judged(make_repo(FILES), "CI012", Edit(path=CI, content=worse)))
    assert "WS001" in said
    assert "would be new" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"jobs: [\n", "would not parse"),
        (b"a: 1\na: 2\n", "a key stands twice"),
        (b"\0", "would be no text"),
    ],
)
def test_a_file_that_would_not_parse_is_refused(
    make_repo: MakeRepo, content: bytes, words: str
) -> None:
    said = reasons(judged(make_repo(FILES), "CI012", Edit(path=CI, content=content)))
    assert said.startswith(f"{CI} ")
    assert words in said


def test_a_waiver_repairs_nothing(make_repo: MakeRepo) -> None:
    waiver = b'[[waivers]]\nrule = "CI012"\nsubject = "*"\nreason = "later"\nexpires = 2027-01-01\n'
    said = reasons(judged(make_repo(FILES), "CI012", Edit(path="autodevops.toml", content=waiver)))
    assert "still there" in said


@pytest.mark.parametrize(
    "edit",
    [
        Edit(path=CI, content=None),
        Edit(path=CI, content=b"name: CI\non: [push]\npermissions: {}\njobs: {}\n"),
        Edit(path="autodevops.toml", content=b'ignore = ["CI012"]\n'),
        Edit(path=CI, content=TIMEOUT, executable=True),
        Edit(path="docs/tea.md", content=b"# Tea\n\nGreen, black and red.\n"),
        Edit(path=".git/hooks/pre-commit", content=b"#!/bin/sh\n", executable=True),
        Edit(path=".github/workflows/CI.yml", content=TIMEOUT),
        Edit(path=".github/workflows/сi.yml", content=TIMEOUT),  # noqa: RUF001 - a look-alike
    ],
)
def test_a_model_may_not_hide_the_finding(make_repo: MakeRepo, edit: Edit) -> None:
    assert reasons(judged(make_repo(FILES), "CI012", edit, origin=Origin.MODEL))


def test_an_untracked_file_in_the_way_is_not_overwritten(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    (repo.path / "notes.md").write_text("mine\n")
    said = reasons(judged(repo, "CI012", Edit(path="notes.md", content=b"x\n")))
    assert "notes.md is there already" in said


# Narrowing down: fixers of this test's own


@fixer("CI012", title="set a limit", safety=Safety.SAFE)
def good(_finding: Finding, site: Site) -> Answer:
    text = site.text(CI) or ""
    return site.write(CI, text.replace("    runs-on", "    timeout-minutes: 10\n    runs-on"))


@fixer("GV001", title="write nonsense", safety=Safety.SAFE)
def useless(found: Finding, site: Site) -> Answer:
    return site.write(f"nonsense/{found.subject}", "x\n")


@fixer("GV001", title="leak a key", safety=Safety.SAFE)
def harmful(found: Finding, site: Site) -> Answer:
    if found.subject != "SECURITY.md":
        return site.write(found.subject, f"# {found.subject}\n\n" + "Words that say it all. " * 20)
    return site.write("SECURITY.md", f"# Security\n\nWrite to us with token {SECRET}, please.\n")


@fixer("LA001", title="crash", safety=Safety.SAFE)
def crashing(_finding: Finding, _site: Site) -> Answer:
    raise RuntimeError("boom")


def use(monkeypatch: pytest.MonkeyPatch, *fixers: Fixer) -> None:
    monkeypatch.setattr(catalog, "FIXERS", fixers)
    monkeypatch.setattr("autodevops.fixing.plan.FIXERS", fixers)
    catalog._by_rule.cache_clear()
    monkeypatch.setattr(catalog, "_by_rule", lambda: {one.rule: (one,) for one in fixers})


def test_what_fails_is_left_out_with_the_reason_and_the_good_stays(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, useless, good)
    with audited(make_repo(FILES)) as (target, report):
        proposal = propose(target, report, Choice())
    assert [one.finding.rule for one in proposal.repairs] == ["CI012"]
    assert [edit.path for edit in proposal.edits] == [CI]
    assert {one.finding.rule for one in proposal.declined} == {"GV001"}
    assert all(one.reasons == ("the finding is still there",) for one in proposal.declined)


def test_a_repair_that_does_harm_is_told_from_its_neighbours(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, harmful, good)
    with audited(make_repo(FILES)) as (target, report):
        proposal = propose(target, report, Choice())
    assert [one.finding.subject for one in proposal.declined] == ["SECURITY.md"]
    assert "SE001" in proposal.declined[0].reasons[0]
    assert "CI012" in {one.finding.rule for one in proposal.repairs}
    assert "CONTRIBUTING.md" in {one.finding.subject for one in proposal.repairs}


def test_a_crash_of_a_fixer_is_said_and_stops_nothing(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, crashing, good)
    repo = make_repo({name: text for name, text in FILES.items() if not name.startswith("docs")})
    with audited(repo) as (target, report):
        proposal = propose(target, report, Choice())
    assert proposal.declined[0].reasons == ("a bug in autodevops: RuntimeError",)
    assert [one.finding.rule for one in proposal.repairs] == ["CI012"]


def test_a_second_run_on_the_outcome_proposes_nothing(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    with audited(repo) as (target, report):
        proposal = propose(target, report, Choice(unsafe=True))
    assert proposal.edits
    for edit in proposal.edits:
        assert edit.content is not None
        repo.write({edit.path: edit.content}, executable=bool(edit.executable))
    repo.commit("fix: repairs")
    with audited(repo) as (target, report):
        assert not propose(target, report, Choice(unsafe=True)).edits


def test_good_repairs_cost_one_further_audit(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    audits: list[int] = []
    whole = Opened.audit_with

    def counted(target: Opened, edits: Iterable[Edit]) -> Trial:
        edits = tuple(edits)
        audits.append(len(edits))
        return whole(target, edits)

    monkeypatch.setattr(Opened, "audit_with", counted)
    with audited(make_repo(FILES)) as (target, report):
        proposal = propose(target, report, Choice(unsafe=True))
    assert audits == [len(proposal.edits)]
