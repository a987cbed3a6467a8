"""Which environment variables web code, compose files and workflows read, line by line."""

from collections.abc import Iterator

from autodevops.facts._env_python import RawRead
from autodevops.facts._line_counter import LineCounter
from autodevops.model.patterns import regex

_WEB = regex(
    r"(?:process\.env|import\.meta\.env|Bun\.env)"
    r"(?:\??\.([A-Za-z_]\w{0,200})|\??\.?\[\s{0,3}[\"'`]([A-Za-z_]\w{0,200})[\"'`]\s{0,3}\])"
    r"|Deno\.env\.get\(\s{0,3}[\"'`]([A-Za-z_]\w{0,200})[\"'`]"
)
_DESTRUCTURED = regex(
    r"(?:const|let|var)\s{1,3}\{([^{}]{1,4000})\}\s{0,3}=\s{0,3}(?:process\.env|import\.meta\.env)\b"
)
_MEMBER = regex(r"([A-Za-z_]\w{0,200})(\s{0,3}=)?")
_DEFAULTED = regex(r"!?\s{0,20}(?:\|\||\?|[!=]==?)")
_WRITTEN = regex(r"\s{0,3}=(?![=>])")
_COMPOSE = regex(r"\$(?:\$|\{([A-Za-z_]\w{0,200})(:?[-+?])?|([A-Za-z_]\w{0,200}))")
_EXPRESSION = regex(r"(?<![\w.-])(secrets|vars)(?:\.|\[\s{0,3}')([A-Za-z_]\w{0,200})")
_INSERTED = regex(r"\$\{\{(.{0,2000}?)\}\}")
_HANDED_ON = regex(
    r"\s{1,100}(\w{1,200}):\s{1,9}[\"']?\$\{\{\s{0,9}(?:secrets|vars)\.(\w{1,200})\s{0,9}\}\}[\"']?\s{0,9}"
)
_CONDITION = regex(r"\s{0,100}(?:-\s{1,9})?if:\s")
_COMMENT = ("//", "*", "/*", "#")


def web_reads(text: str) -> Iterator[RawRead]:
    """Yield what JavaScript or TypeScript reads from `process.env` and its like."""
    if "env" not in text:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if "env" not in line or line.lstrip().startswith(_COMMENT):
            continue
        for match in _WEB.finditer(line[:5_000]):
            rest = line[match.end() : match.end() + 30]
            if not _WRITTEN.match(rest):
                name = match[1] or match[2] or match[3]
                yield RawRead(name, number, optional=_DEFAULTED.match(rest) is not None)
    lines = LineCounter(text)
    for match in _DESTRUCTURED.finditer(text) if "}" in text else ():
        number = lines.line_at(match.start())
        for part in match[1].split(","):
            member = _MEMBER.match(part.strip())
            if member is not None:
                yield RawRead(member[1], number, optional=member[2] is not None)


def compose_reads(text: str) -> Iterator[RawRead]:
    """Yield what a compose file interpolates; `$$` is a dollar sign."""
    for number, line in enumerate(text.split("\n"), start=1):
        if "$" not in line or line.lstrip().startswith("#"):
            continue
        for match in _COMPOSE.finditer(line):
            name = match[1] or match[3]
            if name:
                yield RawRead(name, number, optional=(match[2] or "").endswith(("-", "+")))


def workflow_reads(text: str) -> Iterator[tuple[str, RawRead]]:
    """Yield what a workflow takes from `secrets` and `vars`, with the context's name.

    Only what is handed on under its own name (`NAME: ${{ secrets.NAME }}`) is not optional: a
    program wants it by that name.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if ("secrets" not in line and "vars" not in line) or line.lstrip().startswith("#"):
            continue
        condition = _CONDITION.match(line)
        expressions = [line[condition.end() :]] if condition else _INSERTED.findall(line)
        for expression in expressions:
            for match in _EXPRESSION.finditer(expression):
                handed_on = _HANDED_ON.fullmatch(line)
                optional = handed_on is None or handed_on[1] != handed_on[2]
                yield match[1], RawRead(match[2], number, optional=optional)
