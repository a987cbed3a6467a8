"""Names of repositories on GitHub, in every spelling and in none."""

from pathlib import Path

import pytest

from autodevops.errors import TargetNotFoundError
from autodevops.sources.github.names import RepositoryName, parse, resolve

SHOP = RepositoryName("https://github.com", "acme", "shop")


@pytest.fixture(autouse=True)
def _github_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)


@pytest.mark.parametrize(
    "text",
    [
        "acme/shop",
        "acme/shop/",
        "acme/shop.git",
        "https://github.com/acme/shop",
        "https://github.com/acme/shop/",
        "https://github.com/acme/shop.git",
        "https://github.com/acme/shop.git/",
        "https://github.com:443/acme/shop",
        "https://www.github.com/acme/shop",
        "https://GitHub.com/acme/shop",
        "http://github.com/acme/shop",
        "https://github.com/acme/shop/tree/main/src",
        "https://github.com/acme/shop/pull/12",
        "https://github.com/acme/shop?tab=readme-ov-file#start",
        "https://someone:secret@github.com/acme/shop.git",
        "github.com/acme/shop",
        "www.github.com/acme/shop/tree/main",
        "git@github.com:acme/shop.git",
        "github.com:acme/shop",
        "git@github.com:acme/shop.git/",
        "ssh://git@github.com/acme/shop.git",
        "ssh://git@ssh.github.com:443/acme/shop.git",
        "git+ssh://git@github.com/acme/shop.git",
        "git://github.com/acme/shop.git",
        "git+https://github.com/acme/shop.git",
    ],
)
def test_every_spelling_names_the_repository(text: str) -> None:
    assert parse(text) == SHOP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop",
        "acme/",
        "/shop",
        "acme//shop",
        "acme/shop/tree/main",
        "acme/..",
        "acme/.",
        "acme/.git",
        "../shop",
        "-acme/shop",
        "acme/sh op",
        "acme/shop\n",
        "acme/shop\0",
        "acme/%2e%2e",
        "acme/shop;id",
        "acme/$(id)",
        "acme/" + "x" * 101,
        "https://gitlab.com/acme/shop",
        "https://github.com.evil.example/acme/shop",
        "https://evil.example/github.com/acme/shop",
        "https://github.com@evil.example/acme/shop",
        "https://github.com:8443/acme/shop",
        "https://github.com:x/acme/shop",
        "https://[github.com/acme/shop",
        "https://github.com/acme",
        "https://github.com/orgs/acme",
        "https://github.com/acme/../../etc",
        "ext::sh -c id",
        "file:///srv/acme/shop",
        "git@gitlab.com:acme/shop.git",
        "ssh://-oProxyCommand=id/acme/shop",
        "git@github.com:-u/shop",
    ],
)
def test_what_names_no_repository_on_the_server_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("server", "text"),
    [
        ("https://git.acme.example", "https://git.acme.example/acme/shop"),
        ("https://git.acme.example/", "git@git.acme.example:acme/shop.git"),
        ("https://git.acme.example:8443", "https://git.acme.example:8443/acme/shop"),
        ("https://git.acme.example:8443", "git.acme.example:8443/acme/shop"),
        ("https://git.acme.example:8443", "ssh://git@git.acme.example:22/acme/shop"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/acme/shop"),
        ("http://[::1]:9000", "http://[::1]:9000/acme/shop"),
    ],
)
def test_another_server_is_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, server: str, text: str
) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", server)

    found = parse(text)

    assert found == RepositoryName(server.removesuffix("/"), "acme", "shop")
    assert parse("https://github.com/acme/shop") is None


def test_the_server_follows_from_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "https://git.acme.example/api/v3")

    assert parse("acme/shop") == RepositoryName("https://git.acme.example", "acme", "shop")


def test_what_exists_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve("acme/shop") == SHOP

    (tmp_path / "acme" / "shop").mkdir(parents=True)

    assert resolve("acme/shop") is None
    assert resolve("https://github.com/acme/shop") == SHOP


@pytest.mark.parametrize("target", [".", "./acme", "../acme/shop", "/acme/shop", "~/shop", "shop"])
def test_a_path_is_a_folder_even_when_it_is_not_there(target: str) -> None:
    assert resolve(target) is None


@pytest.mark.parametrize(
    "target", ["https://gitlab.com/acme/shop", "git@gitlab.com:acme/shop", "https://github.com/a"]
)
def test_an_address_elsewhere_says_what_to_do(target: str) -> None:
    with pytest.raises(TargetNotFoundError, match="not a repository on https") as said:
        resolve(target)
    assert "GITHUB_SERVER_URL" in said.value.advice


def test_credentials_in_an_address_are_not_repeated() -> None:
    with pytest.raises(TargetNotFoundError) as said:
        resolve("https://me:s3cret@gitlab.com/acme/shop")
    assert "s3cret" not in said.value.message


def test_addresses_and_the_key_that_all_spellings_share() -> None:
    name = RepositoryName("https://github.com", "Acme", "Shop")

    assert str(name) == "Acme/Shop"
    assert name.url == "https://github.com/Acme/Shop"
    assert name.clone_url == "https://github.com/Acme/Shop.git"
    assert name.key == SHOP.key
