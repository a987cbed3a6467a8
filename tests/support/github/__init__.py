"""A stand-in for GitHub on this machine: REST, GraphQL and clones over a described world.

    def test_it(github: Server, make_repo: MakeRepo) -> None:
        shop = github.world.add(
            Repository(
                "acme/shop",
                path=make_repo({"README.md": "# shop\\n"}).path,  # what clones get
                private=True,
                protection=Classic(approvals=1, checks=["test"]),  # classic, of the default branch
                rulesets=[Ruleset("trunk", rules=[Rule("deletion"), Rule("non_fast_forward")])],
                environments=[Environment("production", reviewers=2)],
                secrets=[Secret("API_KEY", updated_at=ago(days=400))],
            )
        )
        github.world.organizations["acme"] = Organization("acme", secrets=[Secret("ORG_KEY")])
        reader = github.world.allow(Token("ghp_reader", role="READ"))
        with GitHub(credential(reader), at=github.at) as client: ...
        variables = github.environment(reader)
        done = autodevops("audit", "acme/shop", cwd=tmp_path, environment=variables)

`github` is a fixture (tests/conftest.py). At its end it fails the test when the server was asked
for something that GitHub doesn't have (an unknown parameter, an invalid query) or gave an answer
that GitHub's published descriptions don't allow. `github.world.owner` is a classic token that may
do everything. Whatever a `Token` lacks, the server refuses as GitHub does: 404 for what it may not
know of, 403 with the permission's header, nulls or errors in GraphQL. Commits of the default
branch come from `path`, unless `commits` are given.

    github.requests        what was asked: method, path, status, whether a token came
    github.faults.add(Fault(status=502, on="/rulesets", times=2))      see faults.py
    github.remaining["core"] = 0      a spent primary limit
    github.latency = 0.05             seconds before each answer
"""

from tests.support.github.faults import Fault
from tests.support.github.parts import (
    Classic,
    CodeownersError,
    Environment,
    Job,
    PullRequest,
    Rule,
    Ruleset,
    Run,
    Secret,
)
from tests.support.github.server import Server, credential
from tests.support.github.world import Commit, Organization, Repository, Token, World

__all__ = [
    "Classic",
    "CodeownersError",
    "Commit",
    "Environment",
    "Fault",
    "Job",
    "Organization",
    "PullRequest",
    "Repository",
    "Rule",
    "Ruleset",
    "Run",
    "Secret",
    "Server",
    "Token",
    "World",
    "credential",
]
