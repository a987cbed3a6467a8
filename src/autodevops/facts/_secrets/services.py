"""Kinds of secret, continued: code hosting, registries, payment, messages, AI, work tools."""

from autodevops.facts._secrets.kinds import KINDS, SecretKind
from autodevops.model.finding import Severity

_C, _H, _M = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM

_SERVICES: tuple[SecretKind, ...] = (
    # Code hosting and registries
    SecretKind(
        "github-token", "GitHub token", "GitHub", _C, "https://github.com/settings/tokens",
        r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,120}",
    ),
    SecretKind(
        "gitlab-token", "GitLab token", "GitLab", _C,
        "https://gitlab.com/-/user_settings/personal_access_tokens",
        r"gl(?:pat|dt|rt|ptt|cbt|oas|ft|soat|imt|agent|ffct)-[A-Za-z0-9_.-]{20,300}",
    ),
    SecretKind(
        "bitbucket-token", "Bitbucket token", "Bitbucket", _H,
        "https://bitbucket.org/account/settings/app-passwords/",
        r"ATBB[A-Za-z0-9]{28,40}",
    ),
    SecretKind(
        "atlassian-token", "Atlassian API token", "Atlassian", _H,
        "https://id.atlassian.com/manage-profile/security/api-tokens",
        r"ATATT3[A-Za-z0-9_=-]{100,300}",
    ),
    SecretKind(
        "npm-token", "npm token", "npm", _C, "https://www.npmjs.com/settings/~/tokens",
        r"npm_[A-Za-z0-9]{36}",
    ),
    SecretKind(
        "pypi-token", "PyPI token", "PyPI", _C, "https://pypi.org/manage/account/token/",
        r"pypi-AgE[A-Za-z0-9_-]{50,1000}",
    ),
    SecretKind(
        "rubygems-token", "RubyGems key", "RubyGems", _C, "https://rubygems.org/profile/api_keys",
        r"rubygems_[a-f0-9]{48}",
    ),
    SecretKind(
        "docker-hub-token", "Docker Hub token", "Docker Hub", _C,
        "https://app.docker.com/settings/personal-access-tokens",
        r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{24,40}",
    ),
    SecretKind(
        "postman-key", "Postman API key", "Postman", _H,
        "https://go.postman.co/settings/me/api-keys",
        r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    ),
    # Payment and shops
    SecretKind(
        "stripe-live-key", "live Stripe key", "Stripe", _C,
        "https://dashboard.stripe.com/apikeys",
        r"(?:sk|rk)_live_[A-Za-z0-9]{16,250}",
    ),
    SecretKind(
        "stripe-test-key", "Stripe test-mode key", "Stripe", _M,
        "https://dashboard.stripe.com/test/apikeys",
        r"(?:sk|rk)_test_[A-Za-z0-9]{16,250}",
    ),
    SecretKind(
        "stripe-webhook-secret", "Stripe webhook secret", "Stripe", _H,
        "https://dashboard.stripe.com/webhooks",
        r"whsec_[A-Za-z0-9+/=]{24,100}",
    ),
    SecretKind(
        "shopify-token", "Shopify token", "Shopify", _C,
        "the shop's Settings > Apps and sales channels > Develop apps",
        r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    ),
    SecretKind(
        "square-token", "Square token", "Square", _C, "https://developer.squareup.com/apps",
        r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}",
    ),
    # Messages
    SecretKind(
        "slack-token", "Slack token", "Slack", _C, "https://api.slack.com/apps",
        r"xox[abeoprs]-[A-Za-z0-9-]{20,250}|xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,16}-[a-f0-9]{40,80}",
    ),
    SecretKind(
        "slack-webhook", "Slack webhook", "Slack", _H,
        "https://api.slack.com/apps (Incoming Webhooks)",
        r"https://hooks\.slack\.com/(?:services|workflows)/T[A-Za-z0-9_]{6,14}/[A-Za-z0-9_]{6,20}/[A-Za-z0-9_]{16,32}",
    ),
    SecretKind(
        "discord-webhook", "Discord webhook", "Discord", _H,
        "the channel's Integrations > Webhooks",
        r"https://(?:canary\.|ptb\.)?discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}",
    ),
    SecretKind(
        "discord-token", "Discord bot token", "Discord", _H,
        "https://discord.com/developers/applications",
        r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}",
    ),
    SecretKind(
        "telegram-token", "Telegram bot token", "Telegram", _H, "@BotFather, `/revoke`",
        r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",
    ),
    SecretKind(
        "twilio-key", "Twilio API key", "Twilio", _H,
        "https://console.twilio.com/us1/account/keys-credentials/api-keys",
        r"SK[a-f0-9]{32}",
    ),
    SecretKind(
        "sendgrid-key", "SendGrid key", "SendGrid", _H,
        "https://app.sendgrid.com/settings/api_keys",
        r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}",
    ),
    SecretKind(
        "mailgun-key", "Mailgun key", "Mailgun", _H, "https://app.mailgun.com/settings/api_security",
        r"key-[a-f0-9]{32}",
    ),
    SecretKind(
        "mailchimp-key", "Mailchimp key", "Mailchimp", _H,
        "https://admin.mailchimp.com/account/api/",
        r"[a-f0-9]{32}-us[0-9]{1,2}",
    ),
    SecretKind(
        "resend-key", "Resend key", "Resend", _H, "https://resend.com/api-keys",
        r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,32}",
    ),
    # AI
    SecretKind(
        "anthropic-key", "Anthropic key", "Anthropic", _C, "https://console.anthropic.com/settings/keys",
        r"sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{40,200}",
    ),
    SecretKind(
        "openai-key", "OpenAI key", "OpenAI", _C, "https://platform.openai.com/api-keys",
        r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,250}|sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|sk-[A-Za-z0-9]{48}",
    ),
    SecretKind(
        "openrouter-key", "OpenRouter key", "OpenRouter", _H, "https://openrouter.ai/keys",
        r"sk-or-v1-[a-f0-9]{64}",
    ),
    SecretKind(
        "huggingface-token", "Hugging Face token", "Hugging Face", _H,
        "https://huggingface.co/settings/tokens",
        r"hf_[A-Za-z0-9]{30,40}",
    ),
    SecretKind(
        "groq-key", "Groq key", "Groq", _H, "https://console.groq.com/keys",
        r"gsk_[A-Za-z0-9]{48,56}",
    ),
    SecretKind(
        "replicate-token", "Replicate token", "Replicate", _H,
        "https://replicate.com/account/api-tokens",
        r"r8_[A-Za-z0-9]{37}",
    ),
    SecretKind(
        "perplexity-key", "Perplexity key", "Perplexity", _H,
        "https://www.perplexity.ai/settings/api",
        r"pplx-[A-Za-z0-9]{40,64}",
    ),
    # Work tools and monitoring
    SecretKind(
        "linear-key", "Linear key", "Linear", _H, "https://linear.app/settings/api",
        r"lin_api_[A-Za-z0-9]{32,48}",
    ),
    SecretKind(
        "notion-token", "Notion token", "Notion", _H, "https://www.notion.so/my-integrations",
        r"ntn_[A-Za-z0-9]{40,52}|secret_[A-Za-z0-9]{43}",
    ),
    SecretKind(
        "figma-token", "Figma token", "Figma", _H, "https://www.figma.com/settings",
        r"figd_[A-Za-z0-9_-]{36,48}",
    ),
    SecretKind(
        "airtable-token", "Airtable token", "Airtable", _H, "https://airtable.com/create/tokens",
        r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",
    ),
    SecretKind(
        "grafana-token", "Grafana token", "Grafana", _H,
        "Administration > Service accounts in Grafana",
        r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2}",
    ),
    SecretKind(
        "new-relic-key", "New Relic user key", "New Relic", _H, "https://one.newrelic.com/api-keys",
        r"NRAK-[A-Z0-9]{27}",
    ),
    SecretKind(
        "sentry-token", "Sentry token", "Sentry", _H,
        "https://sentry.io/settings/account/api/auth-tokens/",
        r"sntry[su]_[A-Za-z0-9+/=_-]{40,400}",
    ),
    SecretKind(
        "dynatrace-token", "Dynatrace token", "Dynatrace", _H, "the Access tokens page",
        r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    ),
    SecretKind(
        "age-key", "age identity", None, _C, "every file that is encrypted to it",
        r"AGE-SECRET-KEY-1[0-9A-Z]{58}",
    ),
)  # fmt: skip

FORMATS: tuple[SecretKind, ...] = (*KINDS, *_SERVICES)
"""Every kind that its looks give away, most specific first where two fit."""
