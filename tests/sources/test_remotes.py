"""What a remote's URL tells about where a repository is hosted."""

import pytest

from autodevops.sources.remotes import Hosted, hosted
from tests.conftest import MakeRepo
from tests.sources.opening import opened

SHOP = Hosted("acme/shop", "https://github.com/acme/shop")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/shop.git", SHOP),
        ("https://github.com/acme/shop/", SHOP),
        ("https://user:secret@GitHub.com/acme/shop", SHOP),
        ("https://secret@github.com:8443/acme/shop.git", SHOP),
        ("ssh://git@github.com:22/acme/shop.git", SHOP),
        ("git@github.com:acme/shop.git", SHOP),
        ("github.com:acme/shop", SHOP),
        ("git://github.com/acme/shop", SHOP),
        ("git@gitlab.com:a/b/c.git", Hosted("a/b/c", "https://gitlab.com/a/b/c")),
        ("/srv/git/shop.git", None),
        ("../shop.git", None),
        ("file:///srv/git/shop.git", None),
        ("C:\\repos\\shop", None),
        ("ext::sh -c evil", None),
        ("https://github.com/shop", None),
        ("https://github.com/../../shop", None),
        ("https://github.com/acme/shop\x1b[31m", None),
        ("https://github.com/acme/shop?token=secret", None),
        ("", None),
    ],
)
def test_urls(url: str, expected: Hosted | None) -> None:
    assert hosted({"origin": url}) == expected


def test_origin_counts_or_the_only_one() -> None:
    assert hosted({}) is None
    assert hosted({"upstream": "https://github.com/acme/shop"}) == SHOP
    other = "https://github.com/other/shop"
    assert hosted({"a": other, "origin": "https://github.com/acme/shop"}) == SHOP
    assert hosted({"a": other, "b": other}) is None


def test_the_target_is_named_by_it(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": ""})
    repo.git("remote", "add", "origin", "https://user:secret@github.com/acme/shop.git")
    with opened(repo.path) as snapshot:
        assert snapshot.target.name == "acme/shop"
        assert snapshot.target.url == "https://github.com/acme/shop"
