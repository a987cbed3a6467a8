"""The documentation agrees with the code: generated pages, links, commands and options."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from markdown_it import MarkdownIt
from markdown_it.token import Token
from typer.core import TyperGroup
from typer.main import get_command

import autodevops
from autodevops import errors, exit_codes
from autodevops.cli.app import app
from autodevops.rules._api import Rule
from autodevops.rules.catalog import RULES
from docs.generate import outdated, pages

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMAND = re.compile(r"(?<![\w.-])(?<!from )autodevops((?: [^\s|;&#)`]+)*)")

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def tokens(path: Path) -> Iterator[Token]:
    """Yield every token of a page, those inside of paragraphs too."""
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8")):
        yield token
        yield from token.children or ()


def test_generated_pages_are_up_to_date() -> None:
    assert not outdated(), "run: .venv/bin/python -m docs.generate"


def test_every_rule_has_a_page() -> None:
    names = {path.stem for path in pages() if path.parent.name == "rules"}
    assert names == {rule.id for rule in RULES} | {"index"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_explained(rule: Rule) -> None:
    assert rule.title
    assert rule.why
    assert rule.remedy
    assert len(rule.title) <= 100


@every_page
def test_relative_links_lead_somewhere(path: Path) -> None:
    targets = [str(token.attrs["href"]) for token in tokens(path) if token.type == "link_open"]
    relative = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in relative if not leads_somewhere(path, target)] == []


def leads_somewhere(path: Path, target: str) -> bool:
    """Return whether a file, and the heading in it, exist."""
    name, _, anchor = target.partition("#")
    file = (path.parent / name) if name else path
    return file.exists() and (not anchor or anchor in anchors(file))


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    found = list(tokens(path))
    headings = [after.content for at, after in pairwise(found) if at.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_commands_and_options_exist(path: Path) -> None:
    written = [
        match.group(1)
        for token in tokens(path)
        if token.type in {"fence", "code_inline"} and not token.info.startswith(("json", "toml"))
        for match in COMMAND.finditer(token.content)
    ]
    assert [line for line in written if problem(shlex.split(line))] == []


def problem(words: list[str]) -> str | None:
    """Return what a command line names that does not exist."""
    command = get_command(app)
    for word in words:
        if isinstance(command, TyperGroup) and not word.startswith("-"):
            if word not in command.commands:
                return word
            command = command.commands[word]
        elif word.startswith("-") and word != "-":
            known = command.get_params(typer.Context(command))
            if not any(word.partition("=")[0] in option.opts for option in known):
                return word
    return None


@pytest.mark.parametrize(
    ("line", "expected"),
    [("audit .", None), ("audit --staged", None), ("audit --stage", "--stage"), ("adit", "adit")],
)
def test_a_wrong_command_would_be_noticed(line: str, expected: str | None) -> None:
    assert problem(line.split()) == expected


def test_exit_codes_are_those_of_the_program() -> None:
    text = (ROOT / "docs/reference/exit-codes.md").read_text("utf-8")
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert documented == {code for code in vars(exit_codes).values() if isinstance(code, int)}
    assert documented == {0, 1, 2, 3, 4, 70, 130}


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.AutodevopsError)
    ]
    drawn = re.findall(r"(\w+Error) +(\d+)", errors.__doc__ or "")
    assert dict(drawn) == {kind.__name__: str(kind.exit_code) for kind in kinds}


def test_public_names_are_documented() -> None:
    text = (ROOT / "docs/reference/python.md").read_text("utf-8")
    names = [name for name in autodevops.__all__ if not name.startswith("_")]
    assert [name for name in names if f"`{name}`" not in text] == []
