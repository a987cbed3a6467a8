"""Judges what gives itself away: private keys, tokens of known form, URLs with passwords."""

import re
from base64 import b64decode
from binascii import Error
from functools import cache
from hashlib import sha256
from urllib.parse import unquote

from autodevops.facts._secrets import kinds
from autodevops.facts._secrets.context import FileRole
from autodevops.facts._secrets.judgement import Judgement, Nature, Surroundings
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.facts._secrets.services import FORMATS
from autodevops.facts._secrets.strength import looks_chosen, looks_generated, reads_as_name
from autodevops.facts._secrets.tokens import PEM, claims, is_demonstration, password_url, web_tokens
from autodevops.facts._secrets.words import is_placeholder, is_reference, is_weak
from autodevops.model.finding import Confidence
from autodevops.model.patterns import regex

_DOCUMENTED = frozenset(
    {
        "2cafc0970149a84f3b9e62eaf169f36f59907a3b3e31f7b82e68c69cd27f7326",
        "f2d6ca16515033e5dce14eba840b979d27b5cbae24bb3e5bf484339667f86397",
        "7e8de44ea9ecf6d53415c90f5b249a8591f7abafbf7d65a2c0d855afeca3ec09",
        "3543c50b0cb9cea8e55eb1f529b79f043cb250d485fde7b66cabbb5183add7da",
        "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
        "900e6c2bf8ce6c14dbfdcbd6d7402e8fadd53c5464b0ffae66dce9ac06c0e061",
        "a064b502e61d27e94b8717290e5e1b32e36720e9fbdf952ec81a84c07128cb37",
        "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615",
        "f3c3964ca854e172366f81d8bdb327da487c2f8a15f954b116e28961dd6585c0",
        "304779c4de12ef17c3b7f21104206b3da838c50637d21fe474dd7100f18724c4",
        "1483d4f83d2294fad6abcb75a8f96f8ff4f2522d0ac612bc661d76b83ec6ed43",
        "570dad43de1af4c925f92c16a68a50936da42b7dd6fdeb24850507a1199aac89",
        "ef3664a4be0079f86cf7c08be318eb131052e9ecf18a834fb4ad21602620a22d",
        "f5e95c9954635b65acab57e6d5ea663eb900f06dc8794a90358f5abb1c77d4e0",
    }
)
"""SHA-256 of keys that vendors publish: Stripe's, GitHub's, Slack's, Azurite's, the Cosmos
emulator's, reCAPTCHA's for tests, Grafana's default, and what FastAPI's and Ansible's documents
show."""
_PUBLIC = regex(
    r"^(?:phc_[A-Za-z0-9]{30,60}|pk_(?!\d+_[A-Z0-9]{32}$)\w{16,200}|pk\.ey[\w.-]{40,200}"
    r"|sb_publishable_[\w-]{16,64}|(?:appl|goog|amzn)_[A-Za-z]{20,40}|G-[A-Z0-9]{8,12}"
    r"|GTM-[A-Z0-9]{5,9}|UA-\d{4,10}-\d{1,3}|ca-pub-\d{10,20}|pub[0-9a-f]{32}"
    r"|(?:app|tbl|viw)[A-Za-z0-9]{14}|(?:pi|seti|cs)_\w{10,80}_secret_\w{10,80})$"
)
"""Keys made for browsers and apps (PostHog, Stripe, Mapbox, Supabase, RevenueCat, Google's tags,
Datadog's client tokens, what a customer of Stripe's is handed), and Airtable's names of bases."""
_SIGNATURE = 40
"""Characters of the shortest signature that any algorithm of JSON web tokens makes, less a few."""
_FEW = 5


def is_published(value: str) -> bool:
    """Tell whether a vendor's documentation shows this very key."""
    return sha256(value.encode("utf-8", "surrogateescape")).hexdigest() in _DOCUMENTED


def by_looks(value: str, around: Surroundings) -> Judgement | None:
    """Judge what gives itself away: private keys, tokens, URLs with passwords."""
    if _PUBLIC.search(value) is not None:
        return Judgement(nature=Nature.PUBLIC, reason="a key that is made to be shown")
    if (header := PEM.search(value)) is not None:
        return _private_key(value, header, around)
    for _, token in web_tokens(value):
        return _json_web_token(token, around)
    if (url := password_url(value)) is not None and not is_reference(url.password):
        return _judge_url(url.password, value, around)
    if (found := _formats().search(value)) is not None and found.lastgroup is not None:
        kind = FORMATS[int(found.lastgroup[1:])]
        return _formatted(kind, found[0])
    return None


@cache
def _formats() -> re.Pattern[str]:
    """Return all forms in one pattern: the longest of ours, so built when the first value comes."""
    return re.compile(
        "|".join(
            rf"(?P<k{number}>(?<![A-Za-z0-9_])(?:{kind.pattern})(?![A-Za-z0-9_]))"
            for number, kind in enumerate(FORMATS)
        )
    )


def _formatted(kind: SecretKind, token: str) -> Judgement:
    body = token[4:]
    if is_placeholder(token) or len(set(body.lower())) <= _FEW or reads_as_name(token):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a placeholder in the form of a key")
    if kind.slug == "stripe-webhook-secret" and _says_words(token):
        return Judgement(nature=Nature.PLACEHOLDER, reason="words in the form of a key")
    if is_published(token):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a key that its vendor publishes")
    return Judgement(nature=Nature.SECRET, reason=f"it has the form of a {kind.title}", kind=kind)


def _says_words(token: str) -> bool:
    """Tell whether what should be random bytes in Base64 is a text."""
    plain = token.partition("_")[2].rstrip("=")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True).isascii()
    except (Error, ValueError):
        return False


def _private_key(value: str, header: re.Match[str], around: Surroundings) -> Judgement:
    body = value[header.end() :]
    text = re.sub(r"(?<!\\)\\++[nr]|[\s\"',+#*>|]", "", body)
    if len(text) < 60 or is_placeholder(body[:_HEAD]) or is_reference(body[:_HEAD]):  # noqa: PLR2004
        return Judgement(nature=Nature.PLACEHOLDER, reason="a key's frame without a key")
    encrypted = header[1].startswith("ENCRYPTED") or "Proc-Type: 4,ENCRYPTED" in body[:_HEAD]
    kind = kinds.ENCRYPTED_KEY if encrypted else kinds.PRIVATE_KEY
    # Anybody can make a key, and tests and documentation do; nobody trusts those.
    file = around.file
    shown = file.test or file.shown or file.role is FileRole.DOCUMENT
    confidence = Confidence.LOW if shown else Confidence.HIGH
    return Judgement(
        nature=Nature.SECRET, reason="it is a private key", kind=kind, confidence=confidence
    )


_HEAD = 200


def _json_web_token(token: str, around: Surroundings) -> Judgement:
    said = claims(token)
    if said is None:
        return Judgement(nature=Nature.INNOCENT, reason="no token: its payload does not decode")
    if is_demonstration(said) or len(token.rpartition(".")[2]) < _SIGNATURE:
        return Judgement(nature=Nature.PLACEHOLDER, reason="a published demonstration token")
    told = {"role": said.role, "issuer": said.issuer, "expires": said.expires}
    evidence = {key: text for key, text in told.items() if text is not None}
    if not evidence and said.subject is None:
        return Judgement(nature=Nature.PLACEHOLDER, reason="a token that says nothing of anybody")
    if said.role in {"anon", "anonymous"}:
        return Judgement(
            nature=Nature.PUBLIC, reason="its role is anon, public by design", evidence=evidence
        )
    kind = kinds.SERVICE_ROLE if said.role == "service_role" else kinds.JWT
    reason = f"its role is {said.role}" if said.role else "it is a signed token"
    unsure = Confidence.LOW if around.file.test else Confidence.MEDIUM
    confidence = Confidence.HIGH if said.role == "service_role" else unsure
    return Judgement(
        nature=Nature.SECRET, reason=reason, kind=kind, confidence=confidence, evidence=evidence
    )


_INTAKE = ("sentry.io", "sentry.dev")
"""Hosts of Sentry's DSNs, which stand in every page that reports its errors."""


def _judge_url(password: str, value: str, around: Surroundings) -> Judgement:
    url = password_url(value)
    if url is None or is_placeholder(password) or is_placeholder(url.host):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a placeholder in a URL")
    if url.host.endswith(_INTAKE):
        return Judgement(nature=Nature.PUBLIC, reason="an address that pages send errors to")
    plain = unquote(password)
    if is_weak(plain) or is_weak(plain.lower().replace(url.user.lower() or " ", "")):
        return Judgement(nature=Nature.WEAK, reason="a default that everybody knows")
    cautious = around.file.test or around.file.role is FileRole.DOCUMENT
    strong = looks_generated(plain) or (looks_chosen(plain) and not (url.local and cautious))
    if (url.local or cautious) and not strong:
        return Judgement(nature=Nature.WEAK, reason="a local default")
    if reads_as_name(plain) and len(plain) < 12:  # noqa: PLR2004 - `user:password@`, as words
        return Judgement(nature=Nature.WEAK, reason="a word")
    return Judgement(
        nature=Nature.SECRET,
        reason="the URL carries a password",
        kind=kinds.DATABASE_URL if url.database else kinds.CREDENTIAL_URL,
        confidence=Confidence.HIGH if strong else Confidence.MEDIUM,
        evidence={"host": url.host, "scheme": url.scheme},
    )
