"""Which kind of secret a variable's name promises, and whose it is."""

import re

from autodevops.facts._secrets import kinds
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.facts._secrets.words import flat_name
from autodevops.model.finding import Severity
from autodevops.model.patterns import regex

_PROVIDERS: tuple[tuple[str, str, str], ...] = (
    ("aws", "AWS", "the IAM console, Users > Security credentials"),
    ("azure", "Azure", "the Azure portal"),
    ("gemini", "Google", "https://aistudio.google.com/apikey"),
    ("google", "Google", "https://console.cloud.google.com/apis/credentials"),
    ("gcp", "Google", "https://console.cloud.google.com/apis/credentials"),
    ("github", "GitHub", "https://github.com/settings/developers"),
    ("gitlab", "GitLab", "the project's Settings > Access tokens"),
    ("supabase", "Supabase", "the project's Settings > API Keys in the Supabase dashboard"),
    ("stripe", "Stripe", "https://dashboard.stripe.com/apikeys"),
    ("openai", "OpenAI", "https://platform.openai.com/api-keys"),
    ("anthropic", "Anthropic", "https://console.anthropic.com/settings/keys"),
    ("heroku", "Heroku", "https://dashboard.heroku.com/account/applications"),
    ("vercel", "Vercel", "https://vercel.com/account/tokens"),
    ("netlify", "Netlify", "https://app.netlify.com/user/applications"),
    ("cloudflare", "Cloudflare", "https://dash.cloudflare.com/profile/api-tokens"),
    ("twilio", "Twilio", "https://console.twilio.com (Account > API keys & tokens)"),
    ("sendgrid", "SendGrid", "https://app.sendgrid.com/settings/api_keys"),
    ("mailgun", "Mailgun", "https://app.mailgun.com/settings/api_security"),
    ("datadog", "Datadog", "https://app.datadoghq.com/organization-settings/api-keys"),
    ("dd", "Datadog", "https://app.datadoghq.com/organization-settings/api-keys"),
    ("sentry", "Sentry", "https://sentry.io/settings/account/api/auth-tokens/"),
    ("pagerduty", "PagerDuty", "Integrations > API Access Keys in PagerDuty"),
    ("opsgenie", "Opsgenie", "Settings > API key management in Opsgenie"),
    ("discord", "Discord", "https://discord.com/developers/applications"),
    ("slack", "Slack", "https://api.slack.com/apps"),
    ("npm", "npm", "https://www.npmjs.com/settings/~/tokens"),
    ("docker", "Docker Hub", "https://app.docker.com/settings/personal-access-tokens"),
    ("upstash", "Upstash", "https://console.upstash.com"),
    ("algolia", "Algolia", "https://dashboard.algolia.com/account/api-keys"),
    ("okta", "Okta", "Security > API > Tokens in the Okta console"),
    ("auth0", "Auth0", "the application's settings in the Auth0 dashboard"),
    ("firebase", "Firebase", "https://console.firebase.google.com"),
    ("telegram", "Telegram", "@BotFather, `/revoke`"),
    ("shopify", "Shopify", "the shop's Settings > Apps and sales channels"),
    ("snyk", "Snyk", "https://app.snyk.io/account"),
    ("codecov", "Codecov", "the repository's settings at https://app.codecov.io"),
    ("circleci", "CircleCI", "https://app.circleci.com/settings/user/tokens"),
    ("jira", "Atlassian", "https://id.atlassian.com/manage-profile/security/api-tokens"),
)
_PASSWORD = regex(r"pass(?:word|wd|phrase|code)|(?:^|[_.-])(?:pwd|pass|pw)(?:$|[_.-])")
_OWN = regex(
    r"encrypt|signing|sign_key|secret_key(?:_base)?$|jwt_?secret|session_?(?:secret|key)|cookie"
    r"|private_key|fernet|hmac|salt|pepper|master_key|aes|nextauth|app_key|flask|django|csrf"
)
_AWS_SECRET = regex(r"aws.{0,24}secret|secret_access_key")


def kind_of_name(name: str) -> SecretKind:
    """Return the kind of secret that a variable of that name holds."""
    flat = flat_name(name)
    if "railway" in flat and ("token" in flat or "key" in flat):
        return kinds.RAILWAY_TOKEN
    if _AWS_SECRET.search(flat) is not None:
        return kinds.KINDS[0]
    return _issued(flat, _general(flat))


def _general(flat: str) -> SecretKind:
    if _PASSWORD.search(flat) is not None:
        return kinds.PASSWORD
    if _OWN.search(flat) is not None:
        return kinds.OWN_KEY
    if "token" in flat or "bearer" in flat:
        return kinds.TOKEN
    return kinds.API_KEY if "key" in flat else kinds.SECRET


def _issued(flat: str, kind: SecretKind) -> SecretKind:
    parts = re.split(r"[_.\-]", flat)
    for word, provider, where in _PROVIDERS:
        if word in parts:
            severity = Severity.CRITICAL if "service_role" in flat else kind.severity
            return kind._replace(
                title=f"{provider} {kind.title}",
                provider=provider,
                where=where,
                severity=severity,
            )
    return kind
