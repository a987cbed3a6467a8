"""Variables that a bundler puts into the browser's code and whose names promise a secret."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.dockerfiles import Dockerfiles
from autodevops.facts.env_files import EnvFiles
from autodevops.facts.environment import EnvironmentReads
from autodevops.facts.frontend import FRONTEND
from autodevops.facts.secrets import names_secret
from autodevops.facts.services import Services
from autodevops.guide.model import SecretPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex

_STORE = r"(?:DATABASE|POSTGRES|REDIS|MONGO\w{0,4}|MYSQL|DB)_(?:URL|URI|DSN)$"
_STORE_URL = regex(_STORE)
"""Addresses that carry a password; of an admin's page the browser may know the address."""
_STRONG = regex(
    r"SECRET|PASSWORD|PASSWD|PRIVATE|SERVICE_?(?:ROLE|KEY|ACCOUNT)|ENCRYPTION|SIGNING|CREDENTIAL"
    r"|ADMIN_|MASTER_|ACCESS_KEY|(?:OPENAI|ANTHROPIC|GEMINI|CLAUDE|GROQ|MISTRAL|COHERE|REPLICATE"
    r"|HUGGINGFACE|HF|DEEPSEEK|OPENROUTER|PERPLEXITY|ELEVENLABS)_\w*(?:KEY|TOKEN)"
    rf"|{_STORE}"
)
_BY_DESIGN = regex(
    r"ANON|PUBLISHABLE|PUBLIC|SITE_?KEY|MAP|FIREBASE|POSTHOG|SEGMENT|AMPLITUDE|MIXPANEL|ALGOLIA"
    r"|SEARCH|SENTRY|CAPTCHA|TURNSTILE|CLIENT|STATSIG|LAUNCHDARKLY|PUSHER|VAPID|DATADOG|DD_|RUM"
    r"|INTERCOM|CRISP|ANALYTICS|GTM|GA_|ONESIGNAL|TINY|GIPHY|UNSPLASH|WRITE_?KEY|CLERK|STRIPE_KEY"
    r"|BROWSER|FRONTEND|WEB_|WALLET|ALCHEMY|INFURA|CONTRACT|TOKEN_(?:ADDRESS|SYMBOL|DECIMALS|NAME)"
    r"|HOTJAR|CLARITY|LOGROCKET|BUGSNAG|ROLLBAR|TELEMETRY|LICEN[SC]E|PADDLE|EDGE_?STORE|TLDRAW"
)
_SWITCH = regex(
    r"(?:^|_)(?:ENABLE|DISABLE|SHOW|HIDE|HAS|IS|ALLOW|USE|REQUIRE|MIN|MAX|FORGOT|RESET|SKIP)(?:_|$)"
    r"|(?:LOGIN|SIGN_?IN|SIGN_?UP|AUTH|PROTECTED|FEATURE|MODE|RULES?|FLOW|PAGE|LINK|DISABLED)$"
)
PRIVILEGED = regex(r"SERVICE_?ROLE|SUPABASE_(?:SERVICE|SECRET|ADMIN)_KEY")
"""Names of keys that pass every policy of the database."""


class PublicVariable(NamedTuple):
    """One variable that the browser gets."""

    name: str
    """Name of the variable."""
    places: tuple[tuple[str, int], ...]
    """Paths and lines that name it."""
    privileged: bool
    """Whether it is a service-role key."""
    certain: bool
    """Whether no public key goes by such a name."""


class PublicVariables(Struct, frozen=True, kw_only=True):
    """Public variables whose names promise a secret."""

    secret: tuple[PublicVariable, ...]
    """By name."""


@fact
def public_variables(
    services: Services,
    reads: EnvironmentReads | NotApplicable,
    files: EnvFiles,
    dockerfiles: Dockerfiles | NotApplicable,
    policy: SecretPolicy,
) -> PublicVariables | NotApplicable:
    """Look at what code reads, environment files declare and images set."""
    places: dict[str, list[tuple[str, int]]] = {}
    for name, path, line in _names(reads, files, dockerfiles):
        if name.startswith(policy.public_prefixes):
            places.setdefault(name, []).append((path, line))
    if not places and not services.has(FRONTEND):
        return NotApplicable(reason="there is no frontend and no public variable")
    return PublicVariables(
        secret=tuple(
            PublicVariable(
                name,
                tuple(dict.fromkeys(at)),
                privileged=PRIVILEGED.search(name) is not None,
                certain=_STRONG.search(_bare(name, policy)) is not None,
            )
            for name, at in sorted(places.items())
            if promises_secret(_bare(name, policy))
        )
    )


def _names(
    reads: EnvironmentReads | NotApplicable,
    files: EnvFiles,
    dockerfiles: Dockerfiles | NotApplicable,
) -> Iterator[tuple[str, str, int]]:
    for read in reads.reads if isinstance(reads, EnvironmentReads) else ():
        yield read.name, read.path, read.line
    for file in (*files.real, *files.templates):
        for declared in file.declarations:
            if not declared.commented:
                yield declared.name, file.path, declared.line
    for image in dockerfiles.files if isinstance(dockerfiles, Dockerfiles) else ():
        for instruction in image.instructions:
            if instruction.name in {"ARG", "ENV"}:
                for name, _value, line in instruction.settings:
                    yield name, image.path, line


def _bare(name: str, policy: SecretPolicy) -> str:
    prefix = next((one for one in policy.public_prefixes if name.startswith(one)), "")
    return name.removeprefix(prefix)


def promises_secret(bare: str) -> bool:
    """Tell whether a name without its public prefix promises what a browser must not have.

    Keys that vendors make for the browser (maps, analytics, captchas) are public by design.
    """
    if _SWITCH.search(bare) is not None:
        return False
    if PRIVILEGED.search(bare) is not None:
        return True
    if _STRONG.search(bare) is not None:
        return names_secret(bare) or _STORE_URL.search(bare) is not None
    return names_secret(bare) and _BY_DESIGN.search(bare) is None
