"""The GraphQL queries: text only, with a part for each group that is asked for.

The parts hold to GitHub's published schema; a test validates them against it.
"""

from collections.abc import Iterable, Sequence

from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName

TRUNK_PAGE = 100
"""Commits that one query reads of a trunk; GitHub gives no more at once."""
_ABOUT = "isPrivate isArchived isEmpty isInOrganization viewerPermission deleteBranchOnMerge"
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
rulesets(first: 50, includeParents: true) {
  pageInfo { hasNextPage }
  nodes {
    name target enforcement updatedAt
    conditions { refName { include exclude } }
    bypassActors(first: 50) {
      pageInfo { hasNextPage }
      nodes {
        bypassMode deployKey enterpriseOwner organizationAdmin repositoryRoleName
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
environments(first: 50) {
  pageInfo { hasNextPage }
  nodes {
    name
    protectionRules(first: 20) { nodes { type reviewers(first: 1) { totalCount } } }
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
_OF_BRANCH = frozenset(
    {Group.PROTECTION, Group.CI_RUNS, Group.TRUNK_COMMITS, Group.CODEOWNERS_ERRORS}
)


def alias(position: int) -> str:
    """Return the name that stands for a repository in a query and its answer."""
    return f"r{position}"


def settings_query(names: Sequence[RepositoryName], groups: Iterable[Group]) -> str:
    """Return the query for these groups of some repositories."""
    asked = frozenset(groups)
    owners = ", ".join(f"$o{at}: String!, $n{at}: String!" for at in range(len(names)))
    since = ", $since: GitTimestamp" if Group.TRUNK_COMMITS in asked else ""
    each = "\n".join(
        f"{alias(at)}: repository(owner: $o{at}, name: $n{at}) {{ ...Settings }}"
        for at in range(len(names))
    )
    return (
        f"query Settings({owners}{since}) {{\nrateLimit {{ cost }}\n{each}\n}}\n"
        f"fragment Settings on Repository {{\n{_fields(asked)}\n}}\n"
    )


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


def _fields(asked: frozenset[Group]) -> str:
    parts = [_ABOUT]
    if asked & _OF_BRANCH:
        parts.append(f"defaultBranchRef {{ {_branch(asked)} }}")
    if asked & {Group.PROTECTION, Group.TAG_RULESETS}:
        parts.append(_RULESETS)
    if asked & {Group.ENVIRONMENTS, Group.SECRETS}:
        parts.append(_ENVIRONMENTS)
    if Group.CODEOWNERS_ERRORS in asked:
        parts.append(_CODEOWNERS)
    return "\n".join(parts)


def _branch(asked: frozenset[Group]) -> str:
    parts = ["name"]
    if Group.PROTECTION in asked:
        parts.append(
            f"branchProtectionRule {{ {_CLASSIC} }} refUpdateRule {{ {_UPDATE} }}",
        )
    if Group.TRUNK_COMMITS in asked:
        history = f"history(first: {TRUNK_PAGE}, since: $since) {{ {_COMMITS} }}"
        parts.append(f"target {{ ... on Commit {{ {history} }} }}")
    return "\n".join(parts)
