"""The kinds of secret that can be told by their looks: pattern, issuer, weight, where to revoke.

One table serves both sides: the scanner compiles the patterns into its engine's rules, and the
judgement recognises a single value by them. Patterns keep to what Python's `re` and Rust's `regex`
read alike, and are linear.
"""

from typing import NamedTuple

from autodevops.model.finding import Severity

_C, _H, _M = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM


class SecretKind(NamedTuple):
    """One kind of secret."""

    slug: str
    """Short name, stable over releases."""
    title: str
    """What people call it."""
    provider: str | None
    """Who issues it."""
    severity: Severity
    """How bad a leak is."""
    where: str
    """Where it is revoked."""
    pattern: str = ""
    """What the whole value looks like; empty when only its name tells."""


KINDS: tuple[SecretKind, ...] = (
    # Cloud providers
    SecretKind(
        "aws-credentials", "AWS access key", "AWS", _C,
        "the IAM console, Users > Security credentials",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
    ),
    SecretKind(
        "google-api-key", "Google API key", "Google", _H,
        "https://console.cloud.google.com/apis/credentials",
        r"AIza[A-Za-z0-9_-]{35}",
    ),
    SecretKind(
        "google-oauth-secret", "Google OAuth client secret", "Google", _H,
        "https://console.cloud.google.com/apis/credentials",
        r"GOCSPX-[A-Za-z0-9_-]{24,32}",
    ),
    SecretKind(
        # It lives for an hour: what stands in a repository has expired.
        "google-oauth-token", "short-lived Google OAuth token", "Google", Severity.LOW,
        "https://myaccount.google.com/connections",
        r"ya29\.[A-Za-z0-9_-]{40,400}",
    ),
    SecretKind(
        "azure-storage-key", "Azure storage account key", "Azure", _C,
        "the storage account's Access keys page in the Azure portal",
        r"AccountKey=[A-Za-z0-9+/]{80,88}={0,2}",
    ),
    SecretKind(
        "azure-bus-key", "Azure shared access key", "Azure", _C,
        "the namespace's Shared access policies page in the Azure portal",
        r"SharedAccessKey=[A-Za-z0-9+/]{40,44}={0,2}",
    ),
    SecretKind(
        "azure-client-secret", "Azure client secret", "Azure", _C,
        "the app registration's Certificates & secrets page in the Azure portal",
        r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
    ),
    SecretKind(
        "digitalocean-token", "DigitalOcean token", "DigitalOcean", _C,
        "https://cloud.digitalocean.com/account/api/tokens",
        r"do[opr]_v1_[a-f0-9]{64}",
    ),
    SecretKind(
        "databricks-token", "Databricks token", "Databricks", _H,
        "the workspace's Settings > Developer > Access tokens",
        r"dapi[a-f0-9]{32}(?:-[0-9])?",
    ),
    SecretKind(
        "doppler-token", "Doppler token", "Doppler", _C,
        "the Doppler dashboard, Tokens",
        r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    ),
    SecretKind(
        "vault-token", "HashiCorp Vault token", "HashiCorp Vault", _C,
        "`vault token revoke`",
        r"hv[sbr]\.[A-Za-z0-9_-]{24,160}",
    ),
    SecretKind(
        "terraform-cloud-token", "Terraform Cloud token", "HashiCorp", _C,
        "https://app.terraform.io/app/settings/tokens",
        r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
    ),
    SecretKind(
        "pulumi-token", "Pulumi access token", "Pulumi", _C,
        "https://app.pulumi.com/account/tokens",
        r"pul-[a-f0-9]{40}",
    ),
    # Databases and platforms
    SecretKind(
        "supabase-secret-key", "Supabase secret key", "Supabase", _C,
        "the project's Settings > API Keys in the Supabase dashboard",
        r"sb_secret_[A-Za-z0-9_-]{20,64}",
    ),
    SecretKind(
        "supabase-access-token", "Supabase access token", "Supabase", _C,
        "https://supabase.com/dashboard/account/tokens",
        r"sbp_(?:oauth_|v0_)?[a-f0-9]{40}",
    ),
    SecretKind(
        "planetscale-token", "PlanetScale credential", "PlanetScale", _C,
        "the PlanetScale dashboard, Settings > Service tokens or Passwords",
        r"pscale_(?:pw|tkn|oauth)_[A-Za-z0-9_=.-]{32,64}",
    ),
    SecretKind(
        "neon-api-key", "Neon API key", "Neon", _H,
        "https://console.neon.tech/app/settings/api-keys",
        r"napi_[a-z0-9]{60,72}",
    ),
    SecretKind(
        "netlify-token", "Netlify token", "Netlify", _H,
        "https://app.netlify.com/user/applications",
        r"nfp_[A-Za-z0-9]{36,44}",
    ),
    SecretKind(
        "heroku-api-key", "Heroku API key", "Heroku", _H,
        "https://dashboard.heroku.com/account/applications",
        r"HRKU-[A-Za-z0-9_-]{36,64}",
    ),
    SecretKind(
        "render-api-key", "Render API key", "Render", _H,
        "https://dashboard.render.com/u/settings#api-keys",
        r"rnd_[A-Za-z0-9]{28,40}",
    ),
    SecretKind(
        "tailscale-key", "Tailscale key", "Tailscale", _H,
        "https://login.tailscale.com/admin/settings/keys",
        r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,40}",
    ),
    SecretKind(
        "cloudflare-origin-key", "Cloudflare origin CA key", "Cloudflare", _H,
        "https://dash.cloudflare.com/profile/api-tokens",
        r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}",
    ),
)  # fmt: skip
"""Clouds, databases and platforms; `services` holds the others."""

PRIVATE_KEY = SecretKind(
    "private-key", "private key", None, _C,
    "every place that trusts its public half (`authorized_keys`, deploy keys, certificates)",
)  # fmt: skip
ENCRYPTED_KEY = PRIVATE_KEY._replace(
    slug="encrypted-private-key", title="passphrase-protected private key", severity=_H
)
SERVICE_ACCOUNT = SecretKind(
    "gcp-service-account", "Google Cloud service account key", "Google Cloud", _C,
    "IAM & Admin > Service Accounts > Keys in the Google Cloud console",
)  # fmt: skip
JWT = SecretKind("jwt", "JSON web token", None, _M, "the service that issued it")
SERVICE_ROLE = SecretKind(
    "supabase-service-role-key", "Supabase service_role key", "Supabase", _C,
    "the project's Settings > API > JWT keys in the Supabase dashboard (it passes by every policy)",
)  # fmt: skip
CREDENTIAL_URL = SecretKind(
    "credential-url", "URL with a password", None, _H, "the service that the URL names"
)
DATABASE_URL = SecretKind(
    "database-url", "database URL with a password", None, _C,
    "the database (`ALTER ROLE ... PASSWORD`) or its provider's console",
)  # fmt: skip
PASSWORD = SecretKind("password", "password", None, _H, "the account that it opens")
API_KEY = SecretKind("api-key", "API key", None, _H, "the service that issued it")
TOKEN = SecretKind("token", "token", None, _H, "the service that issued it")
OWN_KEY = SecretKind(
    "key-material", "secret key", None, _H,
    "the configuration of the service that uses it (a new key, then re-encryption or new sessions)",
)  # fmt: skip
SECRET = SecretKind("secret", "secret value", None, _H, "the service that issued it")
RAILWAY_TOKEN = SecretKind(
    "railway-token", "Railway token", "Railway", _C, "https://railway.com/account/tokens"
)
