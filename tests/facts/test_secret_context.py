"""What a path says about the secrets in its file."""

import pytest

from autodevops.facts._secrets.context import (
    FileRole,
    file_context,
    is_environment_example,
    is_environment_file,
)
from autodevops.facts._secrets.sightings import masked


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("app/main.py", FileRole.CODE),
        ("app/settings.yaml", FileRole.CONFIG),
        ("README.md", FileRole.DOCUMENT),
        ("ops/secrets.txt", FileRole.CONFIG),
        ("password.md", FileRole.CONFIG),
        ("key.txt", FileRole.CONFIG),
        ("a.ipynb", FileRole.NOTEBOOK),
        (".env", FileRole.CONFIG),
        ("app/.env.example", FileRole.EXAMPLE),
        ("app/.env-template", FileRole.EXAMPLE),
        ("Cargo.lock", FileRole.LOCK),
        ("web/dist/app.min.js", FileRole.LOCK),
        ("web/package-lock.json", FileRole.LOCK),
        ("Makefile", FileRole.CONFIG),
    ],
)
def test_a_file_is_of_one_kind(path: str, role: FileRole) -> None:
    assert file_context(path).role is role


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("app/main.py", set()),
        ("tests/test_app.py", {"test"}),
        ("app/conftest.py", {"test"}),
        ("integration/app.py", {"test"}),
        ("src/integration/app.py", set()),
        ("charts/shop/ci/small-values.yaml", {"test"}),
        ("tests/data/a.json", {"test", "fixture"}),
        ("data/a.json", set()),
        ("spec/fixtures/fake_key.pem", {"test", "fixture", "invented"}),
        ("spec/fixtures/key.pem", {"test", "fixture"}),
        ("app/fake_key.pem", set()),
        ("vendor/lib/a.go", {"fixture"}),
        ("docs/openapi.yaml", {"fixture", "shown"}),
        ("examples/a.py", {"shown"}),
    ],
)
def test_a_path_says_whose_secrets_these_are(path: str, said: set[str]) -> None:
    context = file_context(path)
    names = ("test", "fixture", "invented", "shown")
    assert {name for name in names if getattr(context, name)} == said


def test_what_judges_differently_has_a_key_of_its_own() -> None:
    paths = (
        *("a.conf", "a.go", "a.py", "a.md", "a.lock", "a.ipynb", ".env.example", "a.tf", "a.yml"),
        *("docs/a.conf", "tests/a.conf", "vendor/a.conf", "fixtures/a.conf", "fixtures/fake.conf"),
    )
    assert len({file_context(path).key for path in paths}) == len(paths)
    assert file_context("one/a.conf").key == file_context("two/b.conf").key


@pytest.mark.parametrize(
    ("path", "is_file", "is_example"),
    [
        (".env", True, False),
        ("app/.env.production", True, False),
        ("app/.envrc", True, False),
        ("prod.env", True, False),
        (".env.example", True, True),
        ("env.sample", True, True),
        (".env.dist", True, True),
        ("environment.py", False, False),
        ("example.py", False, False),
    ],
)
def test_environment_files_are_told_from_their_templates(
    path: str, is_file: bool, is_example: bool
) -> None:
    assert (is_environment_file(path), is_environment_example(path)) == (is_file, is_example)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("abcdefghijklmnop", "abcd…"), ("abcdefghi", "abc…"), ("abcdef", "ab…"), ("ab", "…")],
)
def test_little_is_shown_of_a_short_value(value: str, shown: str) -> None:
    assert masked(value) == shown
