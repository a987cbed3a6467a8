"""What the engine's own rules mean to us: whose secret it is, and which are no secrets at all."""

from functools import lru_cache

from autodevops.facts._secrets import kinds
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.facts._words import words
from autodevops.model.finding import Severity

OWN = "autodevops."
"""Ids of our own rules begin so; the next part says how their matches are judged."""

PUBLIC_RULES = frozenset(
    f"betterleaks.{name}"
    for name in words(
        """
        adobe-client-id asana-client-id bitbucket-client-id linkedin-client-id miro-client-id
        messagebird-client-id plaid-client-id looker-client-id sumologic-access-id
        new-relic-user-api-id new-relic-browser-api-token lob-pub-api-key mailgun-pub-key
        posthog-project-api-key segment-public-api-token.1 flutterwave-public-key
        devcycle-client-sdk-key devcycle-mobile-sdk-key gitlab-feature-flag-client-token
        configcat-sdk-key configcat-sdk-key-extended kubernetes-secret-yaml sidekiq-sensitive-url
        supabase-project-url generic-credential-uri jwt jwt-base64 sendbird-access-id
        contentful-delivery-api-token brave-search-api-key
        """
    )
)
"""Identifiers and keys meant for browsers, and what our own rules find more exactly."""

_NAMES = {
    "gcp": "Google Cloud", "aws": "AWS", "github": "GitHub", "gitlab": "GitLab", "npm": "npm",
    "pypi": "PyPI", "openai": "OpenAI", "digitalocean": "DigitalOcean", "newrelic": "New Relic",
    "mongodb": "MongoDB", "hashicorp": "HashiCorp", "circleci": "CircleCI", "flyio": "Fly.io",
    "pagerduty": "PagerDuty", "sonar": "SonarQube", "private": "private",
}  # fmt: skip


def own_rule(rule: str) -> str:
    """Return how matches are judged: `format`, `url`, `named`, `assignment` or `engine`."""
    if not rule.startswith(OWN):
        return "engine"
    return rule[len(OWN) :].partition(".")[0]


_DEFAULT_NAMES = {
    "pgpass-unquoted": "password",
    "netrc-unquoted": "password",
    "client-unquoted": "password",
    "registry-auth": "auth_password",
    "authorization": "authorization_token",
}


def default_name(rule: str) -> str | None:
    """Return the name that a rule's syntax implies where the text gives none."""
    return _DEFAULT_NAMES.get(rule.rpartition(".")[2])


@lru_cache(maxsize=1024)
def engine_kind(rule: str) -> SecretKind:
    """Return the kind of secret that one of the engine's own rules finds."""
    name = rule.rpartition("/")[2].removeprefix("betterleaks.")
    slug = name.partition(".")[0]
    first = slug.partition("-")[0]
    provider = _NAMES.get(first, first.capitalize())
    rest = slug.partition("-")[2].replace("-", " ") or "credential"
    if rule.startswith("betterleaks.") and slug.startswith("curl-"):
        return kinds.PASSWORD._replace(slug="curl-credential", title="credential in a command line")
    return SecretKind(
        slug, f"{provider} {rest}", provider, Severity.HIGH, f"{provider}'s console", ""
    )
