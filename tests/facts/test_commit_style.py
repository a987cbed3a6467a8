"""Which commits are judged by their message."""

from datetime import UTC, datetime, timedelta

from autodevops.facts.commit_style import commit_style
from autodevops.facts.commits import DefaultCommits
from autodevops.guide.load import built_in_guide
from autodevops.model.history import Commit

POLICY = built_in_guide().commits
START = datetime(2026, 2, 20, tzinfo=UTC)


def commit(oid: str, message: str, *, at: datetime = START, parents: int = 1) -> Commit:
    seconds = int(at.timestamp())
    return Commit(oid, ("p",) * parents, "a", "a@b", seconds, "a", "a@b", seconds, message, False)


def test_merges_reverts_and_what_was_before_the_policy_are_exempt() -> None:
    commits = DefaultCommits(
        branch="main",
        commits=(
            commit("a", "Merge branch 'x'", parents=2),
            commit("b", 'Revert "feat: x"\n\nThis reverts commit 1.'),
            commit("c", "Exactly at midnight"),
            commit("d", "Before", at=START - timedelta(seconds=1)),
            commit("e", "feat: x"),
            commit("f", "Merge by hand without a second parent"),
        ),
        reaches_back_to=START,
    )
    style = commit_style(commits, POLICY)
    assert [fault.oid for fault in style.faults] == ["c", "f"]
    assert style.judged == 3
