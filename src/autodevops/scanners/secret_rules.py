"""Our rules for the engine, as data: known forms, and values that only their names give away.

The engine runs all of them in one pass (linear by construction). They are wide on purpose: what
they match is a candidate, and `autodevops.facts` judges it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from autodevops.facts._secrets.engine import OWN
from autodevops.facts._secrets.services import FORMATS
from autodevops.scanners.unwrapping import PROBE

KEYWORD = (
    r"(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credential|connection[_.-]?string|bearer"
    r"|(?:api|access|auth|private|encryption|encrypt|signing|sign|master|service|account|shared"
    r"|storage|session|cookie|hmac|jwt|admin|deploy|licen[sc]e|server|app|sync|role|fernet|aes"
    r"|webhook|salt)[_.-]?key|[_.-]pass\b|\bpass\b|[_.-]pw\b|[_.-]psk\b)"
)
"""Part of a name that promises a secret."""

_NAME = KEYWORD + r"[\w.\-]{0,24}"
_IS = (
    r"\\?[\"'`\])]{0,3}\s{0,5}(?::\s{0,3}[\w.\[\]|]{1,30}\s{0,3}=|=>|:=|={1,3}|:|,)\s{0,5}"
    r"(?:[a-z.]{1,30}\()?[a-z@]{0,2}\\?"
)


_BEGIN = r"\$?[A-Za-z_.\-/:]{0,40}[0-9!@#%^&*+~?=|(),;]"
"""Beginning of a value up to the first digit or mark: words alone are no secret, and templates,
tags and calls end here."""


def _quoted(mark: str) -> str:
    # Plain classes: an alternation inside a long repetition makes the engine many times slower.
    return rf"(?i){_NAME}{_IS}{mark}({_BEGIN}[^\s{mark}]{{3,255}}){mark}"


class EngineRule(NamedTuple):
    """One rule for the engine."""

    id: str
    """`autodevops.HOW.NAME`, where HOW says how its matches are judged."""
    pattern: str
    """Its first group is the value."""


_WORD_END = r"(?:[^A-Za-z0-9_]|$)"
_TOKENS = (
    EngineRule(
        "format.private-key",
        r"(-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
        r"[\s\\A-Za-z0-9+/=:,.()\"'|#>*-]{60,240})",
    ),
    EngineRule("format.jwt", r"\b(ey[A-Za-z0-9_-]{8,}\.ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})"),
    EngineRule(
        "url.password",
        r"\b([a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,100}:[^\s/\"'<>]{1,256}@"
        r"[^\s:/?#\"'<>@]{1,255})",
    ),
)
WRAPPED = "wrapped.text"
"""Finds Base64 of text, for us to open."""
_ASSIGNMENTS = (
    EngineRule("assignment.double-quoted", _quoted('"')),
    EngineRule("assignment.single-quoted", _quoted("'")),
    EngineRule("assignment.back-quoted", _quoted("`")),
    EngineRule(
        "assignment.element",
        rf"(?i)<[\w.:-]{{0,40}}?{_NAME}(?:\s[^<>]{{0,80}})?>\s{{0,5}}([^<>\s]{{8,255}})\s{{0,5}}</",
    ),
    # Without a digit or mark only a long value of mixed letters can be told from a word.
    EngineRule("assignment.letters", rf"(?i:{_NAME}{_IS})[\"'`]([A-Za-z]{{20,64}})[\"'`]"),
    EngineRule(
        "assignment.wordpress-salt",
        r"define\(\s{0,3}'(?:(?:SECURE_)?AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)',\s{0,12}'([^'\n]{64})'",
    ),
    EngineRule(
        "assignment.attribute",
        rf"(?i)(?:key|name)=[\"'][\w.:-]{{0,40}}?{_NAME}[\"']\s{{1,5}}value=[\"']([^\"'<>\s]{{8,255}})[\"']",
    ),
    EngineRule(
        "assignment.authorization",
        r"(?i)authorization[\"'\])]{0,3}\s{0,3}[:=,]\s{0,3}[\"'`]?(?:basic|bearer|token)\s{1,3}"
        r"([A-Za-z0-9+/=_.~-]{16,512})",
    ),
    EngineRule(
        "assignment.registry-auth", r"\"auth\"\s{0,5}:\s{0,5}\"([A-Za-z0-9+/]{12,400}={0,2})\""
    ),
)
_NAMED = (
    EngineRule(
        "named.pair",
        rf"(?i)\b(?:name|key|variable)[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?[\w.\-]{{0,40}}?{KEYWORD}"
        r"[\w.\-]{0,40}[\"']?\s{0,3},?\s{0,80}[\"']?(?:value|default|defaultvalue)[\"']?\s{0,3}[:=]"
        r"\s{0,3}[\"']?((?:[^\s\"'{<$]|\$[^{(\s])[^\s\"']{5,255})",
    ),
    EngineRule(
        "named.default",
        rf"(?i)variable\s{{1,5}}\"[\w-]{{0,40}}?{KEYWORD}[\w-]{{0,40}}\"\s{{0,5}}\{{[^}}]{{0,400}}?"
        r"\bdefault\s{0,20}=\s{0,5}\"([^\s\"$]{6,255})\"",
    ),
)


_UNQUOTED = (
    EngineRule(
        "assignment.unquoted",
        rf"(?i){_NAME}[ \t]{{0,3}}(?:=|:)[ \t]{{0,3}}"
        rf"({_BEGIN}[^\s\"'`]{{3,255}})(?:\s|$)",
    ),
    EngineRule(
        "assignment.flag-unquoted",
        r"(?i)--[\w-]{0,30}(?:password|passwd|passphrase|token|secret|api-?key)[\w-]{0,10}[ \t=]"
        r"{1,3}[\"']?([^\s\"'${<-][^\s\"']{7,255})",
    ),
    EngineRule(
        "assignment.netrc-unquoted", r"\blogin\s{1,5}\S{1,100}\s{1,5}password\s{1,5}(\S{6,255})"
    ),
    EngineRule(
        "assignment.pgpass-unquoted",
        r":5432:[\w.*-]{1,60}:[\w.*-]{1,60}:(\S{6,200})",
    ),
    EngineRule(
        "assignment.client-unquoted",
        r"\b(?:mysql(?:dump|admin)?[ \t][^\n|;]{0,100}?[ \t]-p|sshpass[ \t]{1,3}-p[ \t]{0,3}[\"']?"
        r"|redis-cli[ \t][^\n|;]{0,100}?-a[ \t]{1,3}[\"']?)([^\s\"'${<-][^\s\"']{5,60})",
    ),
)


def general_rules() -> Iterable[EngineRule]:
    """Return the rules for every file."""
    for kind in FORMATS:
        pattern = rf"(?:^|[^A-Za-z0-9_])({kind.pattern}){_WORD_END}"
        yield EngineRule(f"format.{kind.slug}", pattern)
    yield from (*_TOKENS, EngineRule(WRAPPED, PROBE), *_ASSIGNMENTS, *_NAMED)


def unquoted_rules() -> Iterable[EngineRule]:
    """Return the rules for files where values may stand without quotes: no code."""
    return _UNQUOTED


def rules_text(rules: Iterable[EngineRule]) -> str:
    """Return rules in the engine's YAML format."""
    lines = ["rules:"]
    for rule in rules:
        quoted = rule.pattern.replace("'", "''")
        lines += [
            f"  - name: '{rule.id}'",
            f"    id: '{OWN}{rule.id}'",
            f"    pattern: '{quoted}'",
            "    confidence: high",
        ]
    return "\n".join(lines) + "\n"
