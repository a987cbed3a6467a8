"""Pull requests, comments and settings against a server that knows GitHub's description."""

import pytest

from autodevops.errors import OutputError
from autodevops.fixing.pull_request import PullRequests
from autodevops.fixing.rulesets import SettingsChange
from tests.support.github import Fault, Repository, Server, Token

MARKER = "<!-- autodevops:test -->"


def requests_of(github: Server, token: Token | None = None) -> PullRequests:
    token = token or github.world.owner
    return PullRequests("acme/shop", api=github.at.api, token=token.value, retry=0)


@pytest.fixture
def shop(github: Server) -> Repository:
    return github.world.add(Repository("acme/shop"))


def test_a_pull_request_is_opened_once_and_then_updated(github: Server, shop: Repository) -> None:
    here = requests_of(github)
    first = here.open(branch="fix/a", base="main", title="fix: a", body="before")
    second = here.open(branch="fix/a", base=None, title="fix: b", body="after")
    assert first.is_new
    assert not second.is_new
    assert second.number == first.number
    (pull,) = shop.pull_requests
    assert (pull.title, pull.body, pull.head, pull.base) == ("fix: b", "after", "fix/a", "main")


def test_the_default_branch_is_asked_for_when_nobody_names_it(
    github: Server, shop: Repository
) -> None:
    shop.default_branch = "trunk"
    requests_of(github).open(branch="fix/a", base=None, title="fix: a", body="x")
    assert shop.pull_requests[0].base == "trunk"


def test_a_comment_is_written_once_and_then_updated(github: Server, shop: Repository) -> None:
    here = requests_of(github)
    number = here.open(branch="fix/a", base="main", title="fix: a", body="x").number
    addresses = {here.comment(number, text, marker=MARKER) for text in ("one", "two", "two")}
    assert len(addresses) == 1
    (comment,) = shop.pull_requests[0].comments
    assert comment.body == f"{MARKER}\ntwo"
    assert [one.method for one in github.requests].count("PATCH") == 1


def test_long_texts_are_cut(github: Server, shop: Repository) -> None:
    requests_of(github).open(branch="fix/a", base="main", title="fix: a", body="line\n" * 20_000)
    assert len(shop.pull_requests[0].body or "") < 65_536


def test_a_ruleset_is_made_once_and_then_replaced(github: Server, shop: Repository) -> None:
    def change(*rules: str) -> SettingsChange:
        return SettingsChange(
            title="protect main",
            ruleset="Trunk",
            payload={
                "name": "Trunk",
                "target": "branch",
                "enforcement": "active",
                "bypass_actors": [],
                "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
                "rules": [{"type": one} for one in rules],
            },
            blocks=(),
            findings=(),
        )

    here = requests_of(github)
    here.set(change("deletion"))
    here.set(change("deletion", "non_fast_forward"))
    (ruleset,) = shop.rulesets
    assert [rule.type for rule in ruleset.rules] == ["deletion", "non_fast_forward"]


def test_merged_branches_are_deleted_from_now_on(github: Server, shop: Repository) -> None:
    change = SettingsChange(
        title="delete", ruleset=None, payload={"delete_branch_on_merge": True}, blocks=(),
        findings=(),
    )  # fmt: skip
    requests_of(github).set(change)
    assert shop.delete_branch_on_merge


def test_a_token_that_may_not_write_is_told_what_it_needs(github: Server, shop: Repository) -> None:
    del shop
    reader = github.world.allow(Token("ghp_reader", role="READ"))
    with pytest.raises(OutputError) as caught:
        requests_of(github, reader).open(branch="fix/a", base="main", title="t", body="b")
    assert "Pull requests (write)" in caught.value.advice
    assert reader.value not in caught.value.message


def test_a_server_that_fails_is_an_error_of_ours(github: Server, shop: Repository) -> None:
    del shop
    github.faults.add(Fault(status=502, on="/pulls", times=5))
    with pytest.raises(OutputError):
        requests_of(github).open(branch="fix/a", base="main", title="t", body="b")
