"""A shop on GitHub in which every group of settings is there, and how it is asked."""

from dataclasses import replace

from autodevops.model.settings import (
    Settings,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.patience import Patience
from autodevops.sources.github.settings import read_settings
from tests.support.github import (
    Classic,
    CodeownersError,
    Commit,
    Environment,
    Repository,
    Rule,
    Ruleset,
    Run,
    Secret,
    Server,
    Token,
    credential,
)
from tests.support.memory import NOW
from tests.support.repositories import ago

READER = Token("ghp_" + "readerOfThePublicRepositories0000000", role="READ")
OWNER = Token("ghp_" + "ownerOfTheOrganisation00000000000000", scopes=("repo", "admin:org"))
METADATA_ONLY = Token("github_pat_" + "metadataOnly")
EVERYTHING = Token(
    "github_pat_" + "everything",
    permissions=dict.fromkeys(
        (
            "administration",
            "actions",
            "contents",
            "environments",
            "pull_requests",
            "secrets",
            "variables",
        ),
        "read",
    ),
)
APP = replace(EVERYTHING, value="ghs_" + "installationOfAnApp")
WHOLE = frozenset(Group)


def name(repository: Repository) -> RepositoryName:
    return RepositoryName("https://github.com", repository.owner, repository.name)


def shop(**changes: object) -> Repository:
    """Return a repository in which there is something of everything."""
    commits = [
        Commit(f"{n:040x}", parents=[f"{n + 1:040x}"], pull_requests=[n], committed_at=ago(days=n))
        for n in range(1, 4)
    ]
    whole = Repository(
        "acme/shop",
        commits=commits,
        protection=Classic(approvals=1, checks=["test"], strict=True, admins=True),
        rulesets=[
            Ruleset("trunk", rules=[Rule("deletion"), Rule("non_fast_forward")]),
            Ruleset(
                "releases",
                target="tag",
                include=["refs/tags/v*"],
                rules=[Rule("update"), Rule("deletion")],
            ),
        ],
        environments=[
            Environment(
                "Production", reviewers=2, policies=["main", "v*"], secrets=[Secret("DEPLOY_KEY")]
            ),
        ],
        secrets=[Secret("API_KEY", updated_at=ago(days=400))],
        runs=[Run(minutes=5)],
        codeowners_errors=[CodeownersError(line=3)],
        secret_scanning="enabled",
        delete_branch_on_merge=True,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def read(
    github: Server,
    *repositories: Repository,
    token: Token | None = None,
    groups: frozenset[Group] = WHOLE,
    anonymous: bool = False,
) -> list[Settings]:
    """Return the settings of repositories that are put onto the server."""
    for one in repositories:
        github.world.add(one)
    asks = github.world.owner if token is None else github.world.allow(token)
    quick = Patience(backoff=0.0)
    who = None if anonymous else credential(asks)
    with GitHub(who, at=github.at, patience=quick) as client:
        found = read_settings(client, [name(one) for one in repositories], groups, now=NOW)
    return [found[name(one)] for one in repositories]


def missing(settings: Settings) -> dict[str, str | None]:
    """Return what each group that is missing needs."""
    return {
        name: value.needs
        for name in Settings.__struct_fields__
        if isinstance(value := getattr(settings, name), Unavailable)
    }
