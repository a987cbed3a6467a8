"""Texts that leave hold no secrets."""

import base64
from collections.abc import Iterable
from pathlib import Path

import pytest

from autodevops.facts._secrets.context import FileContext
from autodevops.facts._secrets.sightings import Candidate
from autodevops.folders import cache_folder
from autodevops.redaction import REMOVED
from autodevops.scanners.interface import EngineError
from autodevops.scanners.kingfisher import KingfisherEngine
from autodevops.scanners.masking import Masking, UnmaskedError
from tests.secret_set.values import BASE62, Values

TOKEN = "ghp_" + Values(31).of(BASE62, 36)
PASSWORD = Values(37).of(BASE62, 20)
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "\n".join(Values(41 + line).of(BASE62, 64) for line in range(12))
    + "\n-----END RSA PRIVATE KEY-----"
)


@pytest.fixture
def masking() -> Masking:
    return Masking(KingfisherEngine(cache_folder()))


@pytest.mark.parametrize(
    ("path", "text", "secret"),
    [
        ("app/config.py", f'TOKEN = "{TOKEN}"\n', TOKEN),
        ("docs/a.md", f"Use `{TOKEN}` to sign in.\n", TOKEN),
        ("tests/fixtures/fake.json", f'{{"token": "{TOKEN}"}}\n', TOKEN),
        ("Dockerfile", f"FROM a:1\nENV API_TOKEN={TOKEN}\nUSER 1\n", TOKEN),
        ("compose.yml", f"db:\n  environment:\n    POSTGRES_PASSWORD: {PASSWORD}\n", PASSWORD),
        ("settings.conf", f"postgres://shop:{PASSWORD}@db.example.com/shop\n", PASSWORD),
        ("config/a.yml", f"a: {base64.b64encode(f'token={TOKEN}'.encode()).decode()}\n", None),
        ("a.md", f"{TOKEN}\n{TOKEN} {TOKEN}\n", TOKEN),
    ],
)
def test_secrets_go_and_lines_stay(
    masking: Masking, path: str, text: str, secret: str | None
) -> None:
    masked = masking.mask(text, path)
    assert REMOVED in masked
    assert masked.count("\n") == text.count("\n")
    assert secret is None or secret not in masked
    assert secret is not None or text.split("a: ")[1].strip() not in masked


def test_a_key_of_many_lines_goes_as_a_whole(masking: Masking) -> None:
    text = f"before\n{KEY}\nafter\n"
    masked = masking.mask(text, "deploy/key.txt")
    assert masked.count("\n") == text.count("\n")
    assert not any(line in masked for line in KEY.split("\n")[1:-1])
    assert masked.startswith("before\n")
    assert masked.endswith("\nafter\n")


def test_a_value_that_was_a_secret_once_is_one_everywhere(masking: Masking) -> None:
    masking.mask(f"POSTGRES_PASSWORD={PASSWORD}\n", ".env")
    assert masking.mask(f"feature/{PASSWORD} is old", "finding.txt") == f"feature/{REMOVED} is old"


@pytest.mark.parametrize(
    "text",
    ["", "\n", "FROM python:3.12\nUSER app\n", "password: ${{ secrets.DB }}\n", "TOKEN=changeme\n"],
)
def test_what_is_no_secret_stays(masking: Masking, text: str) -> None:
    assert masking.mask(text, "a.yml") == text


class Joining:
    """An engine that reads a value out of the parts in which it is written."""

    digest = "joining"

    def begin(self) -> None:
        """Be ready at any time."""

    def scan(self, content: bytes, file: FileContext) -> Iterable[Candidate]:
        del file
        start = content.find(b"ghp_")
        if start >= 0:
            yield Candidate("autodevops.format.github", TOKEN, start, content.index(b";"))


def test_where_a_value_is_written_in_another_way_its_lines_go() -> None:
    text = f"a = 1\nb = {TOKEN[:9]} +\n  {TOKEN[9:]};\nc = 2;\n"
    assert Masking(Joining()).mask(text, "a.txt") == f"a = 1\n{REMOVED}\n{REMOVED}\nc = 2;\n"


class Broken:
    """An engine that can't read, or never stops finding."""

    digest = "broken"

    def __init__(self, *, endless: bool) -> None:
        self._endless = endless

    def begin(self) -> None:
        """Be ready at any time."""

    def scan(self, content: bytes, file: FileContext) -> Iterable[Candidate]:
        del file
        if not self._endless:
            raise EngineError("it is too odd")
        return [Candidate("autodevops.format.github", TOKEN, 0, len(content))]


@pytest.mark.parametrize("endless", [True, False])
def test_what_cannot_be_searched_is_no_text_to_send(endless: bool) -> None:
    with pytest.raises(UnmaskedError) as caught:
        Masking(Broken(endless=endless)).mask("x" * 40, str(Path("a.txt")))
    assert TOKEN not in str(caught.value)
