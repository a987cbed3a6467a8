"""What facts read beside the files of one tree, so that a clone brings no more than is asked for.

It is written down here, since the body of a fact is not seen from outside; a test holds it.
"""

from autodevops.facts import (
    api_history,
    attested,
    branches,
    breaking_changes,
    cadence,
    commits,
    declared_commits,
    lineage,
    migration_edits,
    owner_activity,
    refs,
    release_notes,
    rewrites,
    runbook_ages,
    secrets,
    settings,
)
from autodevops.facts._api import Provider

HISTORY: tuple[Provider, ...] = (
    attested.evidence,
    api_history.api_history,
    branches.branches,
    breaking_changes.breaking_changes,
    cadence.cadences,
    commits.default_commits,
    declared_commits.declared_commits,
    lineage.lineage,
    migration_edits.migration_edits,
    owner_activity.owner_activities,
    refs.refs,
    release_notes.release_notes,
    rewrites.rewrites,
    runbook_ages.runbook_ages,
    secrets.secret_history,
)
"""They read refs and commits."""

CONTENTS: tuple[Provider, ...] = (
    attested.evidence,
    api_history.api_history,
    branches.branches,
    declared_commits.declared_commits,
    migration_edits.migration_edits,
    secrets.secret_history,
)
"""They read files of commits other than the audited one, too: by content or by patch."""

AHEAD: tuple[Provider, ...] = (
    lineage.lineage,
    commits.default_commits,
    branches.branches,
    rewrites.rewrites,
)
"""They mostly wait for git, which walks all commits or compares many: worth beginning early."""

SECRETS: tuple[Provider, ...] = (secrets.secrets, secrets.secret_history)
"""They ask what looks for secrets, which needs a while to make ready."""

SECRET_HISTORY: tuple[Provider, ...] = (attested.evidence, secrets.secret_history)
"""They look for secrets in every old version, unless the audit leaves that out."""

SETTINGS: tuple[Provider, ...] = (
    settings.protection,
    settings.merging,
    settings.tag_rulesets,
    settings.ci_runs,
    settings.trunk_commits,
    settings.environments,
    settings.stored_secrets,
    settings.codeowners_errors,
    settings.secret_scanning,
)
"""They read what GitHub says, one group each."""
