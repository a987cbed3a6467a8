"""What a model that obeys somebody else would write: new addresses, shells, rights, secrets."""

import re
from collections.abc import Iterable, Iterator, Mapping

from autodevops.advice.interface import Patch

_ADDRESS = re.compile(
    rb"(?:https?|ftp|ssh|git|wss?)://([A-Za-z0-9._-]+)|\bgit@([A-Za-z0-9._-]+):"
    rb"|(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])",
    re.IGNORECASE,
)
_SHELLS = (
    (re.compile(r"\|\s*(?:sudo\s+)?(?:env\s+)?(?:/\w+)*/?(?:ba|z|da|k)?sh\b"), "pipe into a shell"),
    (re.compile(r"\|\s*(?:sudo\s+)?(?:python|perl|ruby|node)[\d.]*\b"), "pipe into an interpreter"),
    (re.compile(r"/dev/(?:tcp|udp)/"), "open a connection"),
    (re.compile(r"\b(?:ba)?sh\s+-c\s+[\"']?\$\("), "run what it fetches"),
    (re.compile(r"\beval\b\s*[\"'(]?\s*\$?[(`]"), "run what it computes"),
    (re.compile(r"\bbase64\s+(?:-d|-D|--decode)\b"), "run what nobody can read"),
    (re.compile(r"\b(?:curl|wget|nc|ncat|socat|scp|rsync)\b"), "send or fetch something"),
    (re.compile(r"\bwrite-all\b|:\s*[\"']?write\b"), "ask for more rights"),
    (re.compile(r"\bpull_request_target\b|\bworkflow_run\b"), "run for strangers"),
    (re.compile(r"\bsecrets\s*(?:\.|\[|:\s*inherit)|\btoJSON\(\s*secrets"), "take secrets"),
)
_LOCAL = frozenset({b"localhost", b"127.0.0.1", b"0.0.0.0"})
_HEALTH = re.compile(
    r"(?:curl|wget)(?: -{1,2}[\w-]+(?:=\S+)?)* https?://(?:localhost|127\.0\.0\.1)\b"
)


def suspicions(patches: Iterable[Patch], contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what patches would bring that their files don't have, each beginning with the path.

    The gate shows that a finding goes and nothing that rules know comes; this is about the rest.
    """
    for one in patches:
        before = contents.get(one.path, b"")
        text = before.decode("utf-8", "replace")
        known = _hosts(before) | _LOCAL
        for host in sorted(_hosts(one.replace.encode("utf-8", "replace")) - known):
            yield f"{one.path} would name another address: {host.decode()}"
        for pattern, what in _SHELLS:
            asked = _HEALTH.sub("", one.replace)
            gone = text if one.search is None else one.search
            if len(pattern.findall(asked)) > len(pattern.findall(gone)):
                yield f"{one.path} would {what}"


def _hosts(content: bytes) -> set[bytes]:
    return {host.lower() for found in _ADDRESS.findall(content) for host in found if host}
