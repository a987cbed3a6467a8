"""Paths, branch names and messages are hostile text: one function for each kind of output."""

import re
from html import escape as escape_html
from urllib.parse import quote

_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&$])")
_MARKDOWN_START = re.compile(r"^(\d+(?=[.)]))|^(?=[-+=#])")
_WEB = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&*+,;=%-]+")
_FORMULA = ("=", "+", "-", "@")


def utf8(text: str) -> str:
    r"""Return text that encodes to UTF-8: a byte that never was UTF-8 reads `\xff`."""
    if text.isascii():
        return text
    return _SURROGATES.sub(_visible, text)


def terminal(text: str) -> str:
    r"""Return text on one line that can't drive a terminal.

    Control characters, line ends, text direction overrides and everything else that has no glyph
    read as in a Python string: `\x1b`, `\n`, `\u202e`.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _visible_char(char) for char in text)


def ascii_only(text: str) -> str:
    r"""Return text for a screen without Unicode: the rest reads `\xe9`."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def json_text(encoded: str) -> str:
    r"""Return JSON with what could drive a terminal or turn text around written as `\u202e`.

    Such characters only occur inside JSON strings, so the data stays the same.
    """
    return _UNSAFE_IN_JSON.sub(_json_escape, encoded)


def uri(path: str) -> str:
    """Return a path as a relative URI reference (RFC 3986), bytes kept as they were."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = utf8(path).encode()
    return quote(data, safe="/")


def web_address(text: str | None) -> str | None:
    """Return an http(s) address that can be linked to; None for anything else."""
    return text if text is not None and _WEB.fullmatch(text) else None


def markdown(text: str) -> str:
    """Return text that GitHub's Markdown shows as it is.

    Nothing becomes markup, a link, a mention of a person or a reference to an issue.
    """
    escaped = _MARKDOWN.sub(r"\\\1", terminal(text))
    return _unlinked(_MARKDOWN_START.sub(r"\1\\", escaped))


def markdown_prose(text: str) -> str:
    """Return text for Markdown as `markdown` does, but with what stands in backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return markdown(text)
    return "".join(
        markdown_code(part) if at % 2 and part else markdown(part) for at, part in enumerate(parts)
    )


def markdown_code(text: str) -> str:
    """Return text as a Markdown code span."""
    shown = terminal(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    # A blank at both ends is taken away, unless there is nothing else.
    is_padded = shown.startswith(" ") and shown.endswith(" ") and bool(shown.strip())
    is_open = not shown or shown.startswith("`") or shown.endswith("`")
    pad = " " if is_padded or is_open else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_html(text: str) -> str:
    """Return text for an HTML element inside Markdown, such as a `<summary>`."""
    return _unlinked(escape_html(terminal(text), quote=False))


def _unlinked(text: str) -> str:
    """Return text in which GitHub finds no people, issues or addresses: a comment splits them."""
    return (
        text.replace("@", "@<!-- -->")
        .replace("#", "#<!-- -->")
        .replace("://", ":<!-- -->//")
        .replace("www.", "www<!-- -->.")
    )


def csv_cell(text: str) -> str:
    """Return text that a spreadsheet doesn't take for a formula."""
    shown = terminal(text)
    return "'" + shown if shown.startswith(_FORMULA) else shown


def xml_text(text: str) -> str:
    """Return text for the inside of an XML element or a double-quoted attribute."""
    shown = "\n".join(map(terminal, text.split("\n")))
    return escape_html(shown, quote=True).replace("\n", "&#10;")


def _uncommanded(text: str) -> str:
    return terminal(text).replace("##[", "# #[")


def annotation_text(text: str) -> str:
    """Return the message of a GitHub workflow command; its line ends stay."""
    lines = (_uncommanded(line).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def log_line(text: str) -> str:
    """Return one line of a GitHub Actions log that the runner takes for no command.

    It obeys `::name::` at the start of a line, white space aside, and `##[name]` anywhere.
    """
    shown = _uncommanded(text)
    return f"- {shown}" if shown.lstrip().startswith("::") else shown


def annotation_property(text: str) -> str:
    """Return the value of a property of a GitHub workflow command."""
    return annotation_text(text).replace(":", "%3A").replace(",", "%2C")


def _visible(found: re.Match[str]) -> str:
    return _visible_char(found.group())


def _visible_char(char: str) -> str:
    """Return a character as Python writes it, a surrogate escape as the byte that it stands for."""
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - PEP 383
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def _json_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
