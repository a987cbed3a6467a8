"""Globs as git and GitHub write them, as regular expressions that match in linear time.

Every star but the last of a segment is an atomic group that takes the shortest text, so a match
never tries the same text twice, whatever the pattern is.
"""

import re
from collections.abc import Sequence

_NEVER = "(?!)"
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def is_literal(glob: str) -> bool:
    """Tell whether a glob stands for exactly its own text."""
    return not any(mark in glob for mark in "*?[\\")


def segment_regex(glob: str, *, brackets: bool = True) -> str:
    """Return the expression for one path segment, to be followed by `/` or the end.

    Without `brackets` (CODEOWNERS) `[` stands for itself. A broken bracket matches nothing, as in
    git.
    """
    pieces = _pieces(glob, brackets=brackets)
    if len(pieces) == 1:
        return pieces[0]
    middle = "".join(f"(?>[^/]*?{piece})" for piece in pieces[1:-1] if piece)
    return f"{pieces[0]}{middle}[^/]*{pieces[-1]}"


def path_regex(segments: Sequence[str], *, brackets: bool = True) -> str:
    """Return the expression for a whole relative path; a segment `**` stands for any folders.

    As the last segment `**` stands for everything below.
    """
    chunks: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            chunks.append([])
        else:
            chunks[-1].append(segment_regex(segment, brackets=brackets))
    first, *others = ("/".join(chunk) for chunk in chunks)
    if not others:
        return first
    head = f"{first}/" if first else ""
    middle = "".join(f"(?>(?:[^/]+/)*?{chunk}/)" for chunk in others[:-1] if chunk)
    last = f"(?:[^/]+/)*{others[-1]}" if others[-1] else ".+"
    return f"{head}{middle}{last}"


def longest_literal(glob: str) -> str:
    """Return the longest text that everything a segment glob matches must contain."""
    if "[" in glob or "\\" in glob:
        glob = re.sub(r"\\.?|\[.*", "*", glob)
    return max(re.split(r"[*?]", glob), key=len)


def _pieces(glob: str, *, brackets: bool) -> list[str]:
    """Return the expressions between the stars."""
    pieces = [""]
    at = 0
    while at < len(glob):
        mark = glob[at]
        at += 1
        if mark == "*":
            if len(pieces) == 1 or pieces[-1]:
                pieces.append("")
        elif mark == "?":
            pieces[-1] += "[^/]"
        elif mark == "\\" and at < len(glob):
            pieces[-1] += re.escape(glob[at])
            at += 1
        elif mark == "[" and brackets:
            expression, at = _bracket(glob, at)
            pieces[-1] += expression
        else:
            pieces[-1] += re.escape(mark)
    return pieces


def _bracket(glob: str, at: int) -> tuple[str, int]:
    """Return the expression of a bracket whose inside starts at `at`, and where it ends."""
    negated = glob[at : at + 1] in {"!", "^"}
    at += negated
    members = ""
    start = at
    while at < len(glob):
        mark = glob[at]
        if mark == "]" and at > start:
            break
        if glob.startswith("[:", at) and (end := glob.find(":]", at)) > 0:
            members += _CLASSES.get(glob[at + 2 : end], "")
            at = end + 2
            continue
        low, at = _member(glob, at)
        if glob[at : at + 1] == "-" and glob[at + 1 : at + 2] not in {"", "]"}:
            high, at = _member(glob, at + 1)
            members += f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
        else:
            members += re.escape(low)
    else:
        return _NEVER, len(glob)
    if not members:
        return ("[^/]" if negated else _NEVER), at + 1
    return (f"[^/{members}]" if negated else f"(?!/)[{members}]"), at + 1


def _member(glob: str, at: int) -> tuple[str, int]:
    """Return one character of a bracket and where the next begins."""
    if glob[at] == "\\" and at + 1 < len(glob):
        return glob[at + 1], at + 2
    return glob[at], at + 1
