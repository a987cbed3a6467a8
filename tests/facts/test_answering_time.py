"""Facts need time that grows with what they are made of, whatever somebody wrote or named."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from autodevops.facts.breaking_changes import breaking_changes
from autodevops.facts.codeowners import Codeowners, parse_codeowners
from autodevops.facts.commits import DefaultCommits, authors
from autodevops.facts.mailmap import Mailmap
from autodevops.facts.ownership import Overridden, ownership
from autodevops.facts.path_index import path_index
from autodevops.facts.refs import NamedBranch, Refs
from autodevops.guide.load import built_in_guide
from autodevops.model.finding import NotApplicable
from autodevops.model.history import Commit
from autodevops.rules._api import Rule
from autodevops.rules.database_policies import recursive_policy
from autodevops.rules.deploy_flow import preview_secrets
from autodevops.rules.document_links import dead_link
from autodevops.rules.kubernetes import workload_hygiene
from autodevops.rules.oncall import alert_route
from autodevops.rules.secrets_found import stale_baseline
from tests.support.asking import outcomes
from tests.support.growth import assert_linear
from tests.support.memory import NOW, snapshot_of

GUIDE = built_in_guide()
TABLE = (
    "create table t{} (id int);\nalter table t{} enable row level security;\n"
    "create policy p on t{} for select using (exists (select 1 from t{}));\n"
)
DEPLOYMENT = (
    "apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n"
    "spec: {template: {spec: {containers: [{name: c, image: x:1}]}}}\n"
)
PREVIEW = "  preview-{}:\n    runs-on: x\n    steps: [{{run: x}}]\n"


def previews(length: int) -> dict[str, str]:
    jobs = "".join(map(PREVIEW.format, range(8)))
    text = f"on: pull_request\nenv:\n  A: {'${{' * length}\njobs:\n{jobs}"
    return {".github/workflows/a.yml": text}


def migrations(tables: int) -> dict[str, str]:
    text = "".join(TABLE.format(at, at, at, at + 1) for at in range(tables))
    return {"supabase/migrations/20260101000000_a.sql": text}


def baseline(lines: int) -> dict[str, str]:
    return {".gitleaksignore": "a:rule:1\n" * lines, "a": "x\n" * 10 * lines}


@pytest.mark.parametrize(
    ("rule", "made", "size"),
    [
        (dead_link, lambda n: {"docs/a.md": f"| commit `abc1234` |\n|{'-' * n}x\n"}, 9_000),
        (alert_route, lambda n: {"a.yml": "groups:\n- alert: a\n" + "\n" * n}, 9_000),
        (stale_baseline, baseline, 1_000),
        (recursive_policy, migrations, 100),
        (workload_hygiene, lambda n: {f"k/{at}.yaml": DEPLOYMENT for at in range(n)}, 150),
        (preview_secrets, previews, 5_000),
    ],
)
def test_a_flood_takes_time_that_grows_with_it(
    rule: Rule, made: Callable[[int], Mapping[str, str]], size: int
) -> None:
    assert_linear(lambda files: outcomes(rule, files), made, size)


def overridden(lines: Codeowners) -> tuple[Overridden, ...]:
    return ownership(lines, path_index(snapshot_of({"a": ""}))).overridden


def test_a_line_of_codeowners_may_be_overridden_any_number_of_times() -> None:
    def made(count: int) -> Codeowners:
        return parse_codeowners("CODEOWNERS", "/a @x\n" * count)

    assert_linear(overridden, made, 2_000)
    lines = made(100)
    assert {one.by for one in overridden(lines)} == {lines.lines[-1:]}


def commit(number: int, *parents: int, name: str = "ann", message: str = "fix: a") -> Commit:
    email, at = f"{name}@example.com", int(NOW.timestamp())
    ids = (f"{number:040x}", tuple(f"{parent:040x}" for parent in parents))
    return Commit(*ids, name, email, at, name, email, at, message, signed=False)


def recent(commits: Sequence[Commit]) -> DefaultCommits:
    since = NOW.replace(year=2026, month=2, day=1)
    return DefaultCommits(branch="main", commits=tuple(commits), reaches_back_to=since)


def test_any_number_of_people_may_write() -> None:
    def made(count: int) -> list[Commit]:
        return [commit(at, name=f"ann{at}") for at in range(count)]

    def count(commits: list[Commit]) -> int:
        return len(authors(snapshot_of({}), recent(commits), Mailmap(), GUIDE.team).humans)

    assert_linear(count, made, 2_000)
    assert count(made(1_000)) == 1_000


class Past:
    """A history in which nobody touched the changelog."""

    def changes(self, *_tips: object, **_options: object) -> tuple[()]:
        return ()


def test_a_branch_may_be_merged_again_and_again() -> None:
    def made(count: int) -> list[Commit]:
        # A long-lived branch of odd numbers below a trunk of even ones.
        return [
            one
            for at in range(2 * count, 2, -2)
            for one in (
                commit(at, at - 2, at - 1, message="Merge"),
                commit(at - 1, at - 3, message="feat!: drop"),
            )
        ]

    def ask(commits: list[Commit]) -> object:
        default = NamedBranch(name="main", refs=("refs/heads/main",), tips=(commits[0].oid,))
        refs = Refs(default=default, branches=(), tags=(), others=())
        snapshot = snapshot_of({}, history=Past())  # type: ignore[arg-type]
        none = NotApplicable(reason="there is no changelog")
        return breaking_changes(snapshot, recent(commits), refs, none, GUIDE.commits)

    assert_linear(ask, made, 1_500)
