"""Every fact that rules may ask for: the explicit list of providers."""

from autodevops.facts import services
from autodevops.facts._api import Provider

FACTS: tuple[Provider, ...] = (services.services,)
"""One provider per type of fact; the order does not matter."""
