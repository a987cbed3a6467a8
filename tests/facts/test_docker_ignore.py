"""`.dockerignore` files, as Docker's matcher reads them."""

import pytest

from autodevops.facts._docker_ignore import read_docker_ignore


@pytest.mark.parametrize(
    ("text", "path", "excluded"),
    [
        (".env", ".env", True),
        (".env", "app/.env", False),
        ("**/.env", "app/.env", True),
        ("**/.env*", ".env.local", True),
        ("/node_modules/", "node_modules/a/b.js", True),
        ("node_modules", "web/node_modules/a", False),
        ("*\n!app", "app/main.py", False),
        ("*\n!app", ".env", True),
        ("*\n!app\napp/.env", "app/.env", True),
        ("!keep\nkeep", "keep", True),
        ("# .env", ".env", False),
        ("./dist", "dist/x", True),
        ("a/*/c", "a/b/c", True),
        ("a/*/c", "a/b/d/c", False),
        ("a/**/c", "a/c", True),
        ("docs/**", "docs/a/b", True),
        ("*.pem", "keys/a.pem", False),
        ("", ".env", False),
    ],
)
def test_what_is_left_out(text: str, path: str, excluded: bool) -> None:
    assert (read_docker_ignore(".dockerignore", text).excluding(path) is not None) is excluded


def test_the_line_that_leaves_it_out() -> None:
    line = read_docker_ignore(".dockerignore", "# x\n\n.env*\n").excluding(".env.local")
    assert line is not None
    assert (line.line, line.text) == (3, ".env*")
