"""An answer that did not change costs nothing, and the store of answers harms nobody."""

import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from autodevops.sources.github import etags
from autodevops.sources.github.client import path
from autodevops.sources.github.etags import NAME, Etags, Remembered
from tests.sources.github.asking import SHOP, client
from tests.support.github import Repository, Secret, Server, Token


def test_an_unchanged_answer_costs_nothing(github: Server, tmp_path: Path) -> None:
    shop = github.world.add(Repository("acme/shop", secrets=[Secret("API_KEY")]))
    secrets = SHOP + path("actions", "secrets")
    with client(github, etags=Etags(tmp_path)) as asked:
        first = asked.get(secrets)
    with client(github, etags=Etags(tmp_path)) as asked:
        second = asked.get(secrets)
        assert asked.usage().requests == asked.usage().not_modified == 1
    assert first == second
    assert [one.status for one in github.requests] == [200, 304]
    assert github.remaining["core"] == 4999

    shop.secrets.append(Secret("NEW_KEY"))
    with client(github, etags=Etags(tmp_path)) as asked:
        third = asked.get(secrets)
        assert asked.usage().not_modified == 0
    assert third != second


def test_the_pages_of_an_unchanged_list_are_all_there(github: Server, tmp_path: Path) -> None:
    for number in range(120):
        github.world.add(Repository(f"acme/service-{number}"))
    with client(github, etags=Etags(tmp_path)) as asked:
        first = asked.listing(path("user", "repos"))
    with client(github, etags=Etags(tmp_path)) as asked:
        assert asked.listing(path("user", "repos")) == first
        assert asked.usage().not_modified == 2
    assert len(first.items) == 120


def test_another_token_gets_no_answer_of_this_one(github: Server, tmp_path: Path) -> None:
    github.world.add(Repository("acme/shop", private=True))
    stranger = github.world.allow(Token("ghp_" + "stranger" * 4, scopes=[]))
    with client(github, etags=Etags(tmp_path)) as asked:
        assert asked.get(SHOP).status == 200
    with client(github, stranger, etags=Etags(tmp_path)) as asked:
        assert asked.get(SHOP).is_missing
        assert asked.usage().not_modified == 0


def test_the_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    Etags(tmp_path).close()
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


def _no_database(file: Path) -> None:
    file.write_bytes(b"this is no database" * 1000)


def _torn(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)


def _other_schema(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as store:
        store.execute("CREATE TABLE answers (something INTEGER)")
    store.close()


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [_no_database, _torn, _other_schema, _a_folder])
def test_a_spoilt_store_is_ignored(
    spoil: Callable[[Path], None], github: Server, tmp_path: Path
) -> None:
    github.world.add(Repository("acme/shop"))
    with client(github, etags=Etags(tmp_path)) as asked:
        asked.get(SHOP)
    with sqlite3.connect(tmp_path / NAME) as store:
        store.execute("PRAGMA journal_mode=DELETE")
    store.close()
    spoil(tmp_path / NAME)
    for _ in range(2):
        with client(github, etags=Etags(tmp_path)) as asked:
            assert asked.get(SHOP).unavailable is None


def test_a_locked_store_is_ignored(
    github: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etags, "PATIENCE", 0.05)
    github.world.add(Repository("acme/shop"))
    store = Etags(tmp_path)
    other = sqlite3.connect(tmp_path / NAME)
    other.execute("BEGIN EXCLUSIVE")
    with client(github, etags=store) as asked:
        assert asked.get(SHOP).unavailable is None
    with client(github, etags=Etags(tmp_path)) as asked:
        assert asked.get(SHOP).unavailable is None
    other.rollback()
    other.close()
    with client(github, etags=Etags(tmp_path)) as asked:
        asked.get(SHOP)
    with client(github, etags=Etags(tmp_path)) as asked:
        asked.get(SHOP)
        assert asked.usage().not_modified == 1


def test_a_body_that_was_changed_is_asked_for_anew(github: Server, tmp_path: Path) -> None:
    github.world.add(Repository("acme/shop"))
    with client(github, etags=Etags(tmp_path)) as asked:
        asked.get(SHOP)
    with sqlite3.connect(tmp_path / NAME) as store:
        store.execute("UPDATE answers SET body = x'00'")
    store.close()
    with client(github, etags=Etags(tmp_path)) as asked:
        assert asked.get(SHOP).data is not None
        assert asked.usage().not_modified == 0


def test_the_store_stays_small(tmp_path: Path) -> None:
    store = Etags(tmp_path, room=20_000)
    for number in range(400):
        body = bytes(str(number) * 10, "ascii")
        answer = Remembered(etag=f'"{number}"', next_page=None, body=body)
        store.keep(store.key("token", "json", f"https://x/{number}"), answer)
    store.close()
    again = Etags(tmp_path)
    assert again.recall(again.key("token", "json", "https://x/399")) is not None
    assert again.recall(again.key("token", "json", "https://x/0")) is None
    again.close()


def test_large_answers_are_not_kept(tmp_path: Path) -> None:
    store = Etags(tmp_path)
    key = store.key("token", "json", "https://x/")
    store.keep(key, Remembered(etag='"1"', next_page=None, body=b"x" * (etags.LARGEST + 1)))
    assert store.recall(key) is None
    store.close()


def test_nothing_secret_is_kept(github: Server, tmp_path: Path) -> None:
    github.world.add(
        Repository("acme/shop", private=True, variables=[Secret("KEY", value="misplaced")])
    )
    variables = SHOP + path("actions", "variables")
    for _ in range(2):
        with client(github, etags=Etags(tmp_path)) as asked:
            shown = [asked.get(SHOP), asked.get(variables), asked.get(path("user", "repos"))]
            assert [answer.status for answer in shown] == [200, 200, 200]
            assert "misplaced" not in repr(shown)
            assert "temp_clone_token" not in repr(shown)
    with sqlite3.connect(tmp_path / NAME) as store:
        bodies = [zlib.decompress(body) for (body,) in store.execute("SELECT body FROM answers")]
    store.close()
    assert len(bodies) == 3
    assert not any(b"misplaced" in body or b"temp_clone_token" in body for body in bodies)


def test_a_key_tells_nothing_and_differs_between_stores(tmp_path: Path) -> None:
    one, other = Etags(tmp_path / "one"), Etags(tmp_path / "other")
    assert one.key("token", "json", "https://x/") != other.key("token", "json", "https://x/")
    assert one.key("token", "json", "https://x/") != one.key("token2", "json", "https://x/")
    one.close()
    other.close()
