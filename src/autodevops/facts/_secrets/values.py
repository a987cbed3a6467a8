"""Judges one value: a secret, or why not.

`judge_value` is for every rule that meets a literal: a compose variable, a Dockerfile's `ENV`, a
Terraform default, a line of `.env.example`. The secret scanner judges its candidates with it too,
so that all rules agree.
"""

from base64 import b32decode, b64decode

from autodevops.facts._secrets import kinds
from autodevops.facts._secrets.context import FileRole, file_context
from autodevops.facts._secrets.judgement import Judgement, Nature, Surroundings
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.facts._secrets.looks import by_looks, is_published
from autodevops.facts._secrets.names import kind_of_name
from autodevops.facts._secrets.strength import (
    UUID,
    is_public_form,
    looks_chosen,
    looks_generated,
    reads_as_name,
)
from autodevops.facts._secrets.words import (
    flat_name,
    holds_something_else,
    is_placeholder,
    is_reference,
    is_weak,
    names_secret,
)
from autodevops.model.finding import Confidence
from autodevops.model.patterns import regex

_MARK = regex(
    r"(?i:\b(?:fake|dummy|not[-_ ]?(?:a[-_ ])?(?:real|secret)|mock(?:ed)?|invented|made[-_ ]up"
    r"|bogus|for[-_ ]tests?[-_ ]only|test[-_ ]only|example[-_ ]only|throwaway)\b|FAKE_|DUMMY_)"
)
_EMPTY_FIELD = regex(r"(?i)placeholder$")
_MIN_LENGTH = 6


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
    if is_published(value):
        return Judgement(nature=Nature.PLACEHOLDER, reason="a key that its vendor publishes")
    if _EMPTY_FIELD.search(name) is not None:
        return Judgement(nature=Nature.PLACEHOLDER, reason="what an empty field shows everybody")
    return by_looks(value, around) or _by_name(name, value, around)


def judge_found(kind: SecretKind, name: str, value: str, around: Surroundings) -> Judgement:
    """Return whether a value that an engine took for a secret of that kind is one."""
    value = value.strip("\"'`")
    plain = judge(name, value, around)
    if plain.is_secret or plain.nature not in {Nature.INNOCENT, Nature.WEAK}:
        return plain
    cautious = around.file.test or around.file.role in _CAUTIOUS
    if holds_something_else(name) or is_reference(value) or reads_as_name(value):
        return Judgement(nature=Nature.INNOCENT, reason="a name, or the name of something")
    if is_placeholder(value) or is_weak(value) or is_public_form(value):
        return Judgement(nature=Nature.PLACEHOLDER, reason="it stands for a value")
    if plain.reason.startswith(_DECODES) or (cautious and not looks_generated(value)):
        return plain
    confidence = Confidence.LOW if cautious else Confidence.MEDIUM
    return Judgement(
        nature=Nature.SECRET,
        reason=f"it has the form of a {kind.title}",
        kind=kind,
        confidence=confidence,
    )


_CAUTIOUS = frozenset({FileRole.DOCUMENT, FileRole.LOCK, FileRole.EXAMPLE})
_DECODES = "no token"


def _by_name(name: str, value: str, around: Surroundings) -> Judgement:
    """Judge a value that only its name makes a secret."""
    if is_reference(value):
        return Judgement(nature=Nature.REFERENCE, reason="it points to where the secret is")
    if len(value) < _MIN_LENGTH or is_public_form(value):
        return Judgement(nature=Nature.INNOCENT, reason="too short, or something else by its form")
    if not names_secret(name):
        return Judgement(nature=Nature.INNOCENT, reason="its name promises no secret")
    if (inner := _CONNECTION.search(value)) is not None:
        return _by_name("password", inner[1].strip(), around)
    return _by_words(name, value, around) or _by_strength(name, value, around)


_CONNECTION = regex(r"(?i)=[^;]{0,200};\s{0,3}(?:pwd|password)\s{0,3}=\s{0,3}([^;]{1,200})")
"""A connection string: only its password is a secret."""


def _by_words(name: str, value: str, around: Surroundings) -> Judgement | None:
    if is_placeholder(value):
        return Judgement(nature=Nature.PLACEHOLDER, reason="it stands for a value")
    if is_weak(value) or value.lower() == name.lower():
        return Judgement(nature=Nature.WEAK, reason="a default that everybody knows")
    inner = _unwrapped(value)
    if inner is not None and not judge(name, inner, around).is_secret:
        return Judgement(nature=Nature.WEAK, reason="an encoded default or word")
    return None


def _unwrapped(value: str) -> str | None:
    """Return what Base64 or Base32 hides, if it is text."""
    if _BASE32.fullmatch(value) and len(value) % 8 == 0:
        # The one-time-password secrets of RFC 6238, and "Hello!" of every example since.
        spoken = b32decode(value)
        return spoken.decode("ascii", "ignore") if _SPOKEN.match(spoken) else None
    if len(value) % 4 or not _BASE64.fullmatch(value):
        return None
    text = b64decode(value)
    return text.decode("ascii").strip() if text.isascii() and _PRINTABLE.fullmatch(text) else None


_BASE64 = regex(r"[A-Za-z0-9+/]{8,400}={0,2}")
_BASE32 = regex(r"[A-Z2-7]{16,64}")
_SPOKEN = regex(rb"[\x20-\x7e]+$|Hello!")
_PRINTABLE = regex(rb"[\x20-\x7e\r\n]+")


def _by_strength(name: str, value: str, around: Surroundings) -> Judgement:
    kind = kind_of_name(name)
    cautious = around.file.test or around.file.role in {FileRole.DOCUMENT, FileRole.LOCK}
    unsure = cautious or (around.file.shown and kind.slug in _SELF_MADE)
    if around.file.role is FileRole.LOCK:
        return Judgement(nature=Nature.INNOCENT, reason="a hash of a generated file")
    if UUID.fullmatch(value):
        if _IDENTIFIES.search(flat_name(name)) is not None:
            return Judgement(nature=Nature.REFERENCE, reason="it names where the secret is kept")
        issued = kind is kinds.RAILWAY_TOKEN or kind.provider is not None
        issued = issued or _REGISTRY.search(name) is not None
        if not issued and (cautious or kind is kinds.TOKEN):
            return Judgement(nature=Nature.INNOCENT, reason="an identifier")
        confidence = Confidence.HIGH if issued else Confidence.MEDIUM
    elif looks_generated(value) and not (cautious and len(value) < _LONG_KEY):
        confidence = Confidence.LOW if unsure else Confidence.HIGH
    elif looks_chosen(value) and not cautious:
        confidence = Confidence.LOW if unsure else Confidence.MEDIUM
    else:
        return Judgement(nature=Nature.WEAK, reason="a word, a name or a phrase")
    return Judgement(
        nature=Nature.SECRET,
        reason=f"{name} holds a literal value",
        kind=kind,
        confidence=confidence,
    )


_LONG_KEY = 24
_REGISTRY = regex(r"^_?auth_?[Tt]oken$")
"""npm's name for a token, which was a UUID for many years."""
_IDENTIFIES = regex(r"credentials?$")
_SELF_MADE = frozenset({kinds.PASSWORD.slug, kinds.OWN_KEY.slug, kinds.SECRET.slug})
"""What everybody can make for an example; keys and tokens are issued by somebody."""
