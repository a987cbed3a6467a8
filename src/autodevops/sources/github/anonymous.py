"""Reads what GitHub shows to everybody: without a token there is REST only, and less of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from autodevops.model.settings import (
    CiLimit,
    CiRuns,
    CodeownersErrors,
    DeployEnvironments,
    MergeSettings,
    Protection,
    Settings,
    TagRulesets,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github import (
    classic,
    codeowners_errors,
    environments,
    rest_environments,
    rest_rulesets,
    runs,
    scanning,
    secret_names,
)
from autodevops.sources.github.answers import Answer, Listing
from autodevops.sources.github.asking import ask_runs
from autodevops.sources.github.client import GitHub, path
from autodevops.sources.github.demands import together
from autodevops.sources.github.gathering import nothing, only
from autodevops.sources.github.graph_shapes import Rulesets
from autodevops.sources.github.groups import TOKEN, Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.rulesets import NOT_WHOLE, demands_on, tag_rulesets

_MOST_TAG_RULESETS = 2
_MERGING = Unavailable("GitHub tells nobody without a token about merges", TOKEN)
_TRUNK = Unavailable("GitHub tells nobody without a token how commits came to be", TOKEN)


class _Repository(msgspec.Struct, frozen=True, kw_only=True):
    default_branch: str
    delete_branch_on_merge: bool | None = None


def read_anonymously(
    client: GitHub, name: RepositoryName, groups: frozenset[Group], *, slow: CiLimit
) -> Settings:
    """Return what anybody may see of a public repository, in at most eight requests."""
    repository = ("repos", name.owner, name.name)
    about = client.get(path(*repository)).read(_Repository)
    if isinstance(about, Unavailable):
        return nothing(about.reason, about.needs or TOKEN)
    branch = about.default_branch
    asks: dict[Group, Callable[[], Answer | Listing]] = {
        Group.PROTECTION: lambda: client.listing(path(*repository, "rules", "branches", branch)),
        Group.TAG_RULESETS: lambda: client.listing(path(*repository, "rulesets")),
        Group.ENVIRONMENTS: lambda: client.listing(
            path(*repository, "environments"), key="environments"
        ),
        Group.CI_RUNS: lambda: ask_runs(client, name, branch),
        Group.CODEOWNERS_ERRORS: lambda: client.get(path(*repository, "codeowners", "errors")),
    }
    with ThreadPoolExecutor(max_workers=len(asks), thread_name_prefix="github") as pool:
        running = {group: pool.submit(asks[group]) for group in asks if group in groups}
        said = {group: answer.result() for group, answer in running.items()}
    merging = about.delete_branch_on_merge
    whole = Settings(
        protection=_protection(branch, said.get(Group.PROTECTION)),
        merging=_MERGING if merging is None else MergeSettings(delete_on_merge=merging),
        tag_rulesets=_tags(client, repository, said.get(Group.TAG_RULESETS)),
        ci_runs=_runs(said.get(Group.CI_RUNS), slow),
        trunk_commits=_TRUNK,
        environments=_environments(said.get(Group.ENVIRONMENTS)),
        secrets=secret_names.HIDDEN,
        codeowners_errors=_codeowners(said.get(Group.CODEOWNERS_ERRORS)),
        secret_scanning=scanning.HIDDEN,
    )
    return only(whole, groups)


def _protection(branch: str, said: Answer | Listing | None) -> Protection | Unavailable:
    if not isinstance(said, Listing):
        return _unasked()
    found = rest_rulesets.of_branch(said)
    if isinstance(found, Unavailable):
        return found
    demands = demands_on(found, branch, sees_bypass=False)
    return together(branch, demands, classic.HIDDEN)


def _tags(
    client: GitHub, repository: tuple[str, ...], said: Answer | Listing | None
) -> TagRulesets | Unavailable:
    if not isinstance(said, Listing):
        return _unasked()
    numbers = rest_rulesets.for_tags(said)
    if isinstance(numbers, Unavailable):
        return numbers
    asked = numbers[:_MOST_TAG_RULESETS]
    found = rest_rulesets.of_answers(
        client.get(path(*repository, "rulesets", number)) for number in asked
    )
    if isinstance(found, Unavailable):
        return found
    known = tag_rulesets(Rulesets(nodes=found))
    cut = len(asked) < len(numbers) or said.unavailable is not None
    return TagRulesets(rulesets=known.rulesets, unseen=NOT_WHOLE if cut else known.unseen)


def _runs(said: Answer | Listing | None, slow: CiLimit) -> CiRuns | Unavailable:
    return runs.judged(runs.ci_runs(said), None, slow) if isinstance(said, Answer) else _unasked()


def _environments(said: Answer | Listing | None) -> DeployEnvironments | Unavailable:
    if not isinstance(said, Listing):
        return _unasked()
    found = rest_environments.of_listing(said)
    if isinstance(found, Unavailable):
        return found
    shown, by_protection = found
    # A listing without patterns stands for protected branches.
    nobody = Listing(status=200, items=())
    return environments.deploy_environments(shown, dict.fromkeys(by_protection, nobody))


def _codeowners(said: Answer | Listing | None) -> CodeownersErrors | Unavailable:
    return codeowners_errors.of_answer(said) if isinstance(said, Answer) else _unasked()


def _unasked() -> Unavailable:
    return Unavailable("GitHub was not asked: no selected rule needs it")
