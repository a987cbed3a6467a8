"""Whether a value looks generated or chosen as a password, or is only a name, a path, a phrase."""

import re
from math import log2

from autodevops.model.patterns import regex

_SEPARATORS = regex(r"[_\-./:\\ @|,]+")
_FRAGMENT = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_HEX = regex(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_SHORT_HEX = regex(r"[0-9a-f]{8,23}|[0-9A-F]{8,23}")
_KEY = regex(r"[A-Za-z0-9+/_.~=-]{16,}")
UUID = regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A UUID, whole value."""
_CODE_LIKE = regex(
    r"[A-Za-z_]{3,40}\([\w., ]*\)|\[\w*\]|\{\w*\}|\\[dwsbnrtx]|^[#./^?&]?[\w-]+[=:]$|^//"
    r"|^--?\w|^[?&]\w+=|=$|^<|>$|"
    r"^[a-z_][a-z_.]{3,40}\([^)]*$|;$|,$|\|\||&&|->|=>|::|^[%@&]\w+$|^\^|\$$|^\w+(?:\.\w+)+\(?"
    r"|^\([A-Za-z_$][\w$.]*$|^:\w+\(|\(\$\w+\)|^\+\s?[A-Za-z_][\w.]*[(+]|\[(?:\^|A-Z|a-z|0-9)|\(\?"
    r"|,[A-Za-z_][\w.]*=|^[a-z_]{2,20}=[/.]"
)
_JOINED = regex(r"^\+[A-Za-z_][A-Za-z_.]*(?:\+$|\()")
_VERSION = regex(r"^v?\d+(?:\.\d+)*\.v[0-9a-f_]{6,}$")
_HASH = regex(
    r"^(?:[\w.-]{1,40}:)?\$(?:2[abxy]?|1|5|6|y|7|argon2\w*|apr1|pbkdf2\w*|scrypt)\$"
    r"|^\{S?(?:SHA|MD5|CRYPT)\w*\}"
    r"|^%\^%#|^\$1c\$|^\*[0-9A-F]{40}$|^md5[0-9a-f]{32}$|^(?:sha(?:1|224|256|384|512)|md5|pbkdf2_\w+|bcrypt\w*|argon2\w*|SCRAM-SHA-\d+)[-:$]"
)
_EMAIL = regex(r"^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}$")
_URL = regex(r"^[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_PATH = regex(
    r"^(?:~|\.{1,2})?/[\w.@ -]+(?:/[\w.@ -]*)*$|^[A-Za-z]:\\|^[\w.-]+(?:/[\w.-]+)+\.\w{1,5}$"
    r"|^/[\w.@:*=/-]*\{[\w.:=*/-]+\}[\w.@:*{}=/-]*$|^#(?:/[\w.~:{}$-]+)+$"
)
_TIME = regex(r"^\d{4}-\d\d-\d\d(?:[T ]|$)|^\d\d?:\d\d(?::\d\d)?")
_OTHER_FORMS = (_HASH, _EMAIL, _URL, _PATH, _TIME, _VERSION, _JOINED)
_PUNCTUATION = frozenset("!@#$%^&*()+=?~|<>;,[]{}'\"`")
_VOWELS = frozenset("aeiouyAEIOUY")
_MIN_PASSWORD = 8
_MAX_PASSWORD = 72
_SALT = 64
_NOISE = 4.8
"""Bits a character: WordPress's salts have blanks in them, and no text has as much."""
_MIN_PHRASE_KEY = 20
_LONG_WORD = 7
_ABBREVIATION = 3
_SHORT_FRAGMENT = 3.0
_COUNTING = "01234567890 9876543210"
_WORDS_WITH_DIGITS = frozenset(
    {"k8s", "s3", "ec2", "e2e", "i18n", "l10n", "a11y", "p2p", "x86", "oauth2", "base64", "sha256",
     "md5", "utf8", "http2", "h2", "b2b", "b2c", "v2ray", "x509", "mp3", "mp4", "neo4j", "log4j"}
)  # fmt: skip
_ACRONYMS = frozenset(
    {"http", "https", "html", "smtp", "grpc", "mgmt", "ldap", "sftp", "rgb", "dbms"}
)


def entropy(value: str) -> float:
    """Return Shannon's entropy in bits per character."""
    counts = {character: value.count(character) for character in set(value)}
    return -sum(n / len(value) * log2(n / len(value)) for n in counts.values())


def is_public_form(value: str) -> bool:
    """Tell whether a value has the form of something else: a hash, a path, a URL, a time."""
    return any(form.search(value) is not None for form in _OTHER_FORMS)


def reads_as_name(value: str) -> bool:
    """Tell whether a value is made of words and small numbers: `access_token`, `test-value-4`."""
    parts = [part for part in _SEPARATORS.split(value) if part]
    return all(_is_word(part) for part in parts)


def _is_word(part: str) -> bool:
    if part.lower() in _WORDS_WITH_DIGITS:
        return True
    fragments = _FRAGMENT.findall(part)
    if sum(map(len, fragments)) != len(part):
        return False
    letters = [fragment for fragment in fragments if fragment.isalpha()]
    digits = [fragment for fragment in fragments if fragment.isdigit()]
    if len(digits) > 1 or not all(map(_is_plain_number, digits)):
        return False
    if len(fragments) > 2 and sum(map(len, fragments)) / len(fragments) < _SHORT_FRAGMENT:  # noqa: PLR2004
        return False
    return all(_is_pronounceable(fragment) for fragment in letters)


def _is_plain_number(digits: str) -> bool:
    """Tell whether digits say a year at most, or only count."""
    return len(digits) <= 4 or digits in _COUNTING  # noqa: PLR2004


def _is_pronounceable(fragment: str) -> bool:
    vowels = sum(character in _VOWELS for character in fragment)
    if len(fragment) < _LONG_WORD:
        return vowels > 0 or len(fragment) <= _ABBREVIATION or fragment.lower() in _ACRONYMS
    longest = max(map(len, re.split(r"[aeiouyAEIOUY]+", fragment)))
    return vowels / len(fragment) >= 0.2 and longest <= 5  # noqa: PLR2004 - "strengths" has five


def looks_generated(value: str) -> bool:
    """Tell whether a machine made the value: long, of one alphabet, without words."""
    if _HEX.fullmatch(value):
        return len(set(value.lower())) >= 8 and not value.isdigit()  # noqa: PLR2004
    if not _KEY.fullmatch(value) or _SHORT_HEX.fullmatch(value) or reads_as_name(value):
        return False
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    mixed = value.lower() != value and value.upper() != value
    if letters == 0 or (digits == 0 and not (mixed and len(value) >= _MIN_PHRASE_KEY)):
        return False
    if digits / len(value) > 0.8 or _worded(value):  # noqa: PLR2004 - a number with a unit
        return False
    return entropy(value) >= (3.0 if len(value) < _MIN_PHRASE_KEY else 3.3)


def _worded(value: str) -> bool:
    """Tell whether most of a value is readable words, such as `us-east-1-cluster-a7`."""
    parts = [part for part in _SEPARATORS.split(value) if part]
    readable = sum(len(part) for part in parts if _is_word(part) and len(part) > 2)  # noqa: PLR2004
    return len(parts) > 1 and readable / len(value) > 0.6  # noqa: PLR2004


def looks_chosen(value: str) -> bool:
    """Tell whether a value is a strong password: mixed characters, no code, no plain word."""
    if not _MIN_PASSWORD <= len(value) <= _MAX_PASSWORD:
        return False
    if any(map(str.isspace, value)):
        return len(value) == _SALT and entropy(value) > _NOISE and value.isascii()
    if _CODE_LIKE.search(value) or _SHORT_HEX.fullmatch(value) or not value.isascii():
        return False
    inner = value.strip("".join(_PUNCTUATION) + "._-:/\\")
    if len(inner) < 4 or reads_as_name(inner):  # noqa: PLR2004
        return False
    marks = sum(character in _PUNCTUATION for character in value)
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    mixed = value.lower() != value and value.upper() != value
    if marks:
        return letters > 0 and (digits > 0 or (mixed and marks > 1))
    runs = len(re.findall(r"[0-9]+|[a-z]+|[A-Z]+", value))
    return digits > 0 and letters > 0 and runs >= (4 if mixed else 5) and not _worded(value)
