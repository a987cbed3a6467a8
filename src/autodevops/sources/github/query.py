"""The GraphQL queries: text only, with a part for each group that is asked for.

GitHub charges a query by the lists that it may have to make, whether they are long or not: this one
costs five points a repository. What is forbidden where the schema promises a value takes the whole
repository with it, so environments and commits are asked for under aliases of their own.
"""

from collections.abc import Iterable, Iterator, Sequence

from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName

TRUNK_PAGE = 100
"""Commits that one query reads of a trunk; GitHub gives no more at once."""
_ABOUT = "isPrivate isInOrganization viewerPermission deleteBranchOnMerge"
_CLASSIC = """
allowsForcePushes allowsDeletions isAdminEnforced lockBranch requiresApprovingReviews
requiredApprovingReviewCount dismissesStaleReviews requiresCodeOwnerReviews
requiresConversationResolution requiresCommitSignatures requiresLinearHistory
requiresStatusChecks requiresStrictStatusChecks
requiredStatusChecks { context app { slug } }
bypassForcePushAllowances(first: 20) {
  nodes { actor { ... on App { slug } ... on Team { slug } ... on User { login } } }
}
"""
_UPDATE = """
allowsForcePushes allowsDeletions requiredApprovingReviewCount requiredStatusCheckContexts
requiresCodeOwnerReviews requiresConversationResolution requiresLinearHistory requiresSignatures
"""
_RULESETS = """
rulesets(first: 20, includeParents: true) {
  pageInfo { hasNextPage }
  nodes {
    name target enforcement updatedAt
    conditions { refName { include exclude } }
    bypassActors(first: 50) {
      pageInfo { hasNextPage }
      nodes {
        bypassMode deployKey organizationAdmin repositoryRoleName
        actor { ... on App { slug } ... on Team { slug } }
      }
    }
    rules(first: 50) {
      pageInfo { hasNextPage }
      nodes {
        type
        parameters {
          ... on PullRequestParameters {
            dismissStaleReviewsOnPush requireCodeOwnerReview requiredApprovingReviewCount
            requiredReviewThreadResolution
          }
          ... on RequiredStatusChecksParameters {
            strictRequiredStatusChecksPolicy
            requiredStatusChecks { context integrationId }
          }
        }
      }
    }
  }
}
"""
_ENVIRONMENTS = """
environments(first: 30) {
  pageInfo { hasNextPage }
  nodes {
    name
    protectionRules(first: 6) { nodes { type reviewers(first: 1) { totalCount } } }
  }
}
"""
_CODEOWNERS = "codeowners { errors { path line column kind source suggestion } }"
_COMMITS = """
pageInfo { hasNextPage endCursor }
nodes {
  oid committedDate messageHeadline
  parents(first: 1) { nodes { oid } }
  associatedPullRequests(first: 5) { nodes { number state baseRef { name } } }
}
"""
ENVIRONMENTS = "e"
"""Behind an alias: the same repository's environments."""
TRUNK = "t"
"""Behind an alias: the same repository's commits."""
_OF_BRANCH = frozenset({Group.PROTECTION, Group.CI_RUNS, Group.TRUNK_COMMITS})


def alias(position: int) -> str:
    """Return the name that stands for a repository in a query and its answer."""
    return f"r{position}"


def settings_query(names: Sequence[RepositoryName], groups: Iterable[Group]) -> str:
    """Return the query for these groups of some repositories."""
    asked = frozenset(groups)
    owners = ", ".join(f"$o{at}: String!, $n{at}: String!" for at in range(len(names)))
    since = ", $since: GitTimestamp" if Group.TRUNK_COMMITS in asked else ""
    parts = dict(_parts(asked))
    each = "\n".join(
        f"{alias(at)}{part}: repository(owner: $o{at}, name: $n{at}) {{ ...Fields{part} }}"
        for at in range(len(names))
        for part in parts
    )
    fragments = "\n".join(
        f"fragment Fields{part} on Repository {{\n{fields}\n}}" for part, fields in parts.items()
    )
    return f"query Settings({owners}{since}) {{\nrateLimit {{ cost }}\n{each}\n}}\n{fragments}\n"


def settings_variables(names: Sequence[RepositoryName], since: str | None) -> dict[str, object]:
    """Return the variables of such a query; `since` is a time as RFC 3339, for trunk commits."""
    values: dict[str, object] = {} if since is None else {"since": since}
    for at, name in enumerate(names):
        values |= {f"o{at}": name.owner, f"n{at}": name.name}
    return values


def trunk_query() -> str:
    """Return the query for a further page of one repository's trunk."""
    return f"""\
query Trunk($owner: String!, $name: String!, $since: GitTimestamp, $after: String!) {{
  rateLimit {{ cost }}
  repository(owner: $owner, name: $name) {{
    defaultBranchRef {{ target {{ ... on Commit {{
      history(first: {TRUNK_PAGE}, since: $since, after: $after) {{ {_COMMITS} }}
    }} }} }}
  }}
}}
"""


def _parts(asked: frozenset[Group]) -> Iterator[tuple[str, str]]:
    """Yield what stands behind each alias, and the fields that are read under it."""
    parts = [_ABOUT]
    if asked & _OF_BRANCH:
        protection = f"branchProtectionRule {{ {_CLASSIC} }} refUpdateRule {{ {_UPDATE} }}"
        rest = protection if Group.PROTECTION in asked else ""
        parts.append(f"defaultBranchRef {{ name {rest} }}")
    if asked & {Group.PROTECTION, Group.TAG_RULESETS}:
        parts.append(_RULESETS)
    if Group.CODEOWNERS_ERRORS in asked:
        parts.append(_CODEOWNERS)
    yield "", "\n".join(parts)
    if asked & {Group.ENVIRONMENTS, Group.SECRETS}:
        yield ENVIRONMENTS, _ENVIRONMENTS
    if Group.TRUNK_COMMITS in asked:
        history = f"history(first: {TRUNK_PAGE}, since: $since) {{ {_COMMITS} }}"
        yield TRUNK, f"defaultBranchRef {{ target {{ ... on Commit {{ {history} }} }} }}"
