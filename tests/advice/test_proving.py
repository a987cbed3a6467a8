"""Edits for several findings are proven together, each on top of those before it."""

from collections.abc import Iterator

import pytest

from autodevops.advice.interface import Patch
from autodevops.advice.prompt import Question
from autodevops.auditing import opened
from autodevops.model.finding import Finding
from autodevops.proving import Prover
from autodevops.redaction import REMOVED
from autodevops.request import Request
from tests.conftest import MakeRepo
from tests.support.memory import NOW

LAST = 'CMD ["python", "app.py"]'
IMAGE = f"FROM python:3.12.4-slim\nWORKDIR /srv\n{LAST}\n"
PATHS = ("Dockerfile", "Dockerfile.worker")


@pytest.fixture
def proof(make_repo: MakeRepo) -> Iterator[tuple[Prover, dict[str, Finding]]]:
    """Return a prover, and what is to be proven of each image: that it starts as root."""
    repo = make_repo(dict.fromkeys(PATHS, IMAGE))
    request = Request(target=str(repo.path), select=("CO004",), history=False)
    with opened(request, now=NOW) as target:
        report = target.audit().report
        found = {one.subject: one for one in report.findings if one.rule == "CO004"}
        yield Prover(target, report, governance=False), found


def asked(finding: Finding) -> Question:
    shown = frozenset({finding.subject})
    return Question(finding=finding, lines=(), data=(), shown=shown, whole=shown)


def with_user(path: str, user: str = "10001") -> Patch:
    return Patch(path=path, search=LAST, replace=f"USER {user}\n{LAST}")


def test_what_is_verified_is_kept_and_offered_together(
    proof: tuple[Prover, dict[str, Finding]],
) -> None:
    prover, found = proof
    for path in PATHS:
        assert prover.prove(asked(found[path]), [with_user(path)]).reasons == ()
    assert {edit.path: edit.content for edit in prover.edits} == {
        path: IMAGE.replace(LAST, f"USER 10001\n{LAST}").encode() for path in PATHS
    }
    assert prover.report is not None
    assert "CO004" not in {one.rule for one in prover.report.findings}


def test_what_is_refused_leaves_the_verified_as_it_was(
    proof: tuple[Prover, dict[str, Finding]],
) -> None:
    prover, found = proof
    first, second = PATHS
    assert prover.prove(asked(found[first]), [with_user(first)]).is_verified
    before = prover.edits
    assert not prover.prove(asked(found[second]), [with_user(second, "root")]).is_verified
    assert prover.edits == before


def test_a_place_of_a_secret_is_never_written(
    proof: tuple[Prover, dict[str, Finding]],
) -> None:
    prover, found = proof
    path = PATHS[0]
    patch = Patch(path=path, search=LAST, replace=f"USER 10001\nENV A={REMOVED}\n{LAST}")
    assert prover.prove(asked(found[path]), [patch]).reasons == ("it would write a secret",)
    assert prover.edits == ()
