"""Every fact that rules may ask for: the explicit list of providers."""

from autodevops.facts import (
    codeowners,
    documents,
    ignores,
    owner_activity,
    ownership,
    path_index,
    secrets,
    services,
    settings,
)
from autodevops.facts._api import Provider

FACTS: tuple[Provider, ...] = (
    path_index.path_index,
    services.services,
    secrets.secrets,
    secrets.secret_history,
    ignores.ignores,
    documents.documents,
    codeowners.codeowners_places,
    codeowners.codeowners,
    ownership.ownership,
    owner_activity.owner_activities,
    settings.codeowners_errors,
)
"""One provider per type of fact; the order does not matter."""
