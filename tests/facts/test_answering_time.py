"""Facts need time that grows with what they are made of, whatever somebody wrote or named."""

from collections.abc import Callable, Mapping
from time import process_time

import pytest

from autodevops.facts.breaking_changes import breaking_changes
from autodevops.facts.codeowners import parse_codeowners
from autodevops.facts.commits import DefaultCommits, authors
from autodevops.facts.mailmap import Mailmap
from autodevops.facts.ownership import ownership
from autodevops.facts.path_index import path_index
from autodevops.facts.refs import NamedBranch, Refs
from autodevops.guide.load import built_in_guide
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Commit
from autodevops.rules._api import Rule
from autodevops.rules.database_policies import recursive_policy
from autodevops.rules.deploy_flow import preview_secrets
from autodevops.rules.document_links import dead_link
from autodevops.rules.kubernetes import workload_hygiene
from autodevops.rules.oncall import alert_route
from autodevops.rules.secrets_found import stale_baseline
from tests.support.asking import outcomes
from tests.support.memory import NOW, snapshot_of

GUIDE = built_in_guide()
TABLE = (
    "create table t{} (id int);\nalter table t{} enable row level security;\n"
    "create policy p on t{} for select using (exists (select 1 from t{}));\n"
)
MIGRATIONS = {
    f"supabase/migrations/2026010100000{file}_a.sql": "".join(
        TABLE.format(at, at, at, at + 1) for at in range(file * 1_300, (file + 1) * 1_300)
    )
    for file in range(2)
}
DEPLOYMENT = (
    "apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n"
    "spec: {template: {spec: {containers: [{name: c, image: x:1}]}}}\n"
)
PREVIEW = "  preview-{}:\n    runs-on: x\n    steps: [{{run: x}}]\n"
PREVIEWS = f"on: pull_request\nenv:\n  A: {'${{' * 200_000}\njobs:\n" + "".join(
    map(PREVIEW.format, range(8))
)


def seconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        (dead_link, {"docs/a.md": f"| commit `abc1234` |\n|{'-' * 900_000}x\n"}),
        (alert_route, {"a.yml": "groups:\n- alert: a\n" + "\n" * 900_000}),
        (stale_baseline, {".gitleaksignore": "a:rule:1\n" * 50_000, "a": "x\n" * 500_000}),
        (recursive_policy, MIGRATIONS),
        (workload_hygiene, {f"k/{at}.yaml": DEPLOYMENT for at in range(2_500)}),
        (preview_secrets, {".github/workflows/a.yml": PREVIEWS}),
    ],
)
def test_a_flood_takes_no_longer_than_seconds(rule: Rule, files: Mapping[str, str]) -> None:
    assert seconds(lambda: outcomes(rule, files)) < 5  # far above what it takes


def test_a_line_of_codeowners_may_be_overridden_any_number_of_times() -> None:
    lines = parse_codeowners("CODEOWNERS", "/a @x\n" * 30_000)
    owned = ownership(lines, path_index(snapshot_of({"a": ""})))
    assert seconds(lambda: owned.overridden) < 5
    assert {one.by for one in owned.overridden} == {lines.lines[-1:]}


def commit(number: int, *parents: int, name: str = "ann", message: str = "fix: a") -> Commit:
    email, at = f"{name}@example.com", int(NOW.timestamp())
    ids = (f"{number:040x}", tuple(f"{parent:040x}" for parent in parents))
    return Commit(*ids, name, email, at, name, email, at, message, signed=False)


def recent(*commits: Commit) -> DefaultCommits:
    since = NOW.replace(year=2026, month=2, day=1)
    return DefaultCommits(branch="main", commits=commits, reaches_back_to=since)


def test_any_number_of_people_may_write() -> None:
    commits = recent(*(commit(at, name=f"ann{at}") for at in range(20_000)))

    def count() -> int:
        return len(authors(snapshot_of({}), commits, Mailmap(), GUIDE.team).humans)

    assert seconds(count) < 5
    assert count() == 20_000


class Past:
    """A history in which nobody touched the changelog."""

    def changes(self, *_tips: object, **_options: object) -> tuple[()]:
        return ()


def test_a_branch_may_be_merged_again_and_again() -> None:
    # A long-lived branch of odd numbers below a trunk of even ones.
    merges = (commit(at, at - 2, at - 1, message="Merge") for at in range(6_000, 2, -2))
    sides = (commit(at, at - 2, message="feat!: drop") for at in range(5_999, 1, -2))
    commits = recent(*(one for pair in zip(merges, sides, strict=True) for one in pair))
    default = NamedBranch(name="main", refs=("refs/heads/main",), tips=(f"{6_000:040x}",))
    refs = Refs(default=default, branches=(), tags=(), others=())
    snapshot = snapshot_of({}, history=Past())  # type: ignore[arg-type]
    none = NotApplicable(reason="there is no changelog")

    def ask() -> object:
        return breaking_changes(snapshot, commits, refs, none, GUIDE.commits)

    assert seconds(ask) < 5
