"""Judges one value: a secret, or why not.

`judge_value` is for every rule that meets a literal: a compose variable, a Dockerfile's `ENV`, a
Terraform default, a line of `.env.example`. The secret scanner judges its candidates with it too,
so that all rules agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from urllib.parse import unquote

from autodevops.facts import _secret_kinds as kinds
from autodevops.facts._secret_context import FileContext, FileRole, file_context
from autodevops.facts._secret_kinds import SecretKind
from autodevops.facts._secret_names import kind_of_name
from autodevops.facts._secret_services import FORMATS
from autodevops.facts._secret_strength import (
    UUID,
    is_public_form,
    looks_chosen,
    looks_generated,
    reads_as_name,
)
from autodevops.facts._secret_tokens import JWT, PEM, claims, is_demonstration, password_url
from autodevops.facts._secret_words import is_placeholder, is_reference, is_weak, names_secret
from autodevops.model.finding import Confidence, Plain


class Nature(StrEnum):
    """What a value is."""

    SECRET = "secret"  # noqa: S105 - a word, not a password
    PUBLIC = "public"
    WEAK = "weak"
    PLACEHOLDER = "placeholder"
    REFERENCE = "reference"
    INNOCENT = "innocent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a value is, and why; never the value itself."""

    nature: Nature
    """What it is."""
    reason: str
    """Why, in a few words."""
    kind: SecretKind | None = None
    """Which kind of secret; set when it is one."""
    confidence: Confidence = Confidence.HIGH
    """How sure that is."""
    evidence: Mapping[str, Plain] = field(default_factory=dict)
    """What the value says about itself."""

    @property
    def is_secret(self) -> bool:
        """Tell whether it must not stand in a repository."""
        return self.nature is Nature.SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a value stands."""

    file: FileContext
    """What the path says."""
    line: str = ""
    """The text around it, for marks such as "fake"."""
    quoted: bool = True
    """Whether quotes say where it begins and ends."""


_FORMAT = re.compile(
    "|".join(
        rf"(?P<k{number}>(?<![A-Za-z0-9_])(?:{kind.pattern})(?![A-Za-z0-9_]))"
        for number, kind in enumerate(FORMATS)
    )
)
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
    }
)
"""SHA-256 of keys that vendors publish: Stripe's, GitHub's, Azurite's, the Cosmos emulator's."""
_MARK = re.compile(
    r"(?i:\b(?:fake|dummy|not[-_ ]?(?:a[-_ ])?(?:real|secret)|mock(?:ed)?|invented|made[-_ ]up"
    r"|bogus|for[-_ ]tests?[-_ ]only|test[-_ ]only|example[-_ ]only|throwaway)\b|FAKE_|DUMMY_)"
)
_MIN_LENGTH = 6
_FEW = 5


def judge_value(name: str, value: str, path: str = "", *, line: str = "") -> Judgement:
    """Return whether the value of a variable is a secret, or why not.

    `name` is the variable, key or field as written; `path` the file; `line` the line's text. The
    judgement never holds the value: it may go into evidence, the value may not.
    """
    return judge(
        name, value.strip().strip("\"'`"), Surroundings(file=file_context(path), line=line)
    )


def judge(name: str, value: str, around: Surroundings) -> Judgement:
    """Return whether a value is a secret; a name may be empty when only its looks speak."""
    if around.file.invented:
        return Judgement(nature=Nature.PLACEHOLDER, reason="a fixture that says it is invented")
    if around.file.test and _MARK.search(around.line) is not None:
        return Judgement(nature=Nature.PLACEHOLDER, reason="test data that says it is invented")
    if sha256(value.encode("utf-8", "surrogateescape")).hexdigest() in _DOCUMENTED:
        return Judgement(nature=Nature.PLACEHOLDER, reason="a key that its vendor publishes")
    return _by_looks(value, around) or _by_name(name, value, around)


def _by_looks(value: str, around: Surroundings) -> Judgement | None:
    """Judge what gives itself away: private keys, tokens, URLs with passwords."""
    if (header := PEM.search(value)) is not None:
        return _private_key(value, header)
    if (token := JWT.search(value)) is not None:
        return _json_web_token(token[0])
    if (url := password_url(value)) is not None and not is_reference(url.password):
        return _judge_url(url.password, value, around)
    if (found := _FORMAT.search(value)) is not None and found.lastgroup is not None:
        kind = FORMATS[int(found.lastgroup[1:])]
        return _formatted(kind, found[0])
    return None


def _formatted(kind: SecretKind, token: str) -> Judgement:
    body = token[4:]
    if is_placeholder(token) or len(set(body.lower())) <= _FEW or reads_as_name(token):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a placeholder in the form of a key")
    if sha256(token.encode()).hexdigest() in _DOCUMENTED:
        return Judgement(nature=Nature.PLACEHOLDER, reason="a key that its vendor publishes")
    return Judgement(nature=Nature.SECRET, reason=f"it has the form of a {kind.title}", kind=kind)


def _private_key(value: str, header: re.Match[str]) -> Judgement:
    body = value[header.end() :]
    text = re.sub(r"\\+[nr]|[\s\"',+#*>|]", "", body)
    if len(text) < 60 or is_placeholder(body[:_HEAD]) or is_reference(body[:_HEAD]):  # noqa: PLR2004
        return Judgement(nature=Nature.PLACEHOLDER, reason="a key's frame without a key")
    encrypted = header[1].startswith("ENCRYPTED") or "Proc-Type: 4,ENCRYPTED" in body[:_HEAD]
    kind = kinds.ENCRYPTED_KEY if encrypted else kinds.PRIVATE_KEY
    return Judgement(nature=Nature.SECRET, reason="it is a private key", kind=kind)


_HEAD = 200


def _json_web_token(token: str) -> Judgement:
    said = claims(token)
    if said is None:
        return Judgement(nature=Nature.INNOCENT, reason="no token: its payload does not decode")
    if is_demonstration(said):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a published demonstration token")
    told = {"role": said.role, "issuer": said.issuer, "expires": said.expires}
    evidence = {key: text for key, text in told.items() if text is not None}
    if said.role in {"anon", "anonymous"}:
        return Judgement(
            nature=Nature.PUBLIC, reason="its role is anon, public by design", evidence=evidence
        )
    kind = kinds.SERVICE_ROLE if said.role == "service_role" else kinds.JWT
    reason = f"its role is {said.role}" if said.role else "it is a signed token"
    confidence = Confidence.HIGH if said.role == "service_role" else Confidence.MEDIUM
    return Judgement(
        nature=Nature.SECRET, reason=reason, kind=kind, confidence=confidence, evidence=evidence
    )


def _judge_url(password: str, value: str, around: Surroundings) -> Judgement:
    url = password_url(value)
    if url is None or is_placeholder(password) or is_placeholder(url.host):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a placeholder in a URL")
    plain = unquote(password)
    if is_weak(plain) or plain.lower() == url.user.lower():
        return Judgement(nature=Nature.WEAK, reason="a default that everybody knows")
    strong = looks_chosen(plain) or looks_generated(plain)
    if (url.local or around.file.test or around.file.role is FileRole.DOCUMENT) and not strong:
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


def _by_name(name: str, value: str, around: Surroundings) -> Judgement:
    """Judge a value that only its name makes a secret."""
    if is_reference(value):
        return Judgement(nature=Nature.REFERENCE, reason="it points to where the secret is")
    if len(value) < _MIN_LENGTH or is_public_form(value):
        return Judgement(nature=Nature.INNOCENT, reason="too short, or something else by its form")
    if not names_secret(name):
        return Judgement(nature=Nature.INNOCENT, reason="its name promises no secret")
    if is_placeholder(value):
        return Judgement(nature=Nature.PLACEHOLDER, reason="it stands for a value")
    if is_weak(value) or value.lower() == name.lower():
        return Judgement(nature=Nature.WEAK, reason="a default that everybody knows")
    return _by_strength(name, value, around)


def _by_strength(name: str, value: str, around: Surroundings) -> Judgement:
    kind = kind_of_name(name)
    cautious = around.file.test or around.file.role in {FileRole.DOCUMENT, FileRole.LOCK}
    if UUID.fullmatch(value):
        named = kind is kinds.RAILWAY_TOKEN or kind.provider is not None
        if cautious and not named:
            return Judgement(nature=Nature.INNOCENT, reason="an identifier")
        confidence = Confidence.HIGH if named else Confidence.LOW
    elif looks_generated(value) and not (cautious and len(value) < _LONG_KEY):
        confidence = Confidence.LOW if cautious else Confidence.HIGH
    elif looks_chosen(value) and not cautious:
        confidence = Confidence.MEDIUM
    else:
        return Judgement(nature=Nature.WEAK, reason="a word, a name or a phrase")
    return Judgement(
        nature=Nature.SECRET,
        reason=f"{name} holds a literal value",
        kind=kind,
        confidence=confidence,
    )


_LONG_KEY = 24
