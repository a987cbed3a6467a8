"""Where a server says that a repository is now: on itself, or nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.sources.github.renames import moved_to

HOME = "https://github.com"
ASKED = f"{HOME}/acme/shop.git/info/refs?service=git-upload-pack"
PIECES = st.sampled_from(
    [
        "https:",
        "http:",
        "//",
        "/",
        "github.com",
        "evil.example",
        "@",
        ":443",
        ":x",
        "[",
        "]",
        "..",
        "acme",
        "store.git",
        "?",
        "#",
        "\\",
        "\t",
        "%2e",
        "é",
    ]
)


@pytest.mark.parametrize(
    ("location", "name"),
    [
        (f"{HOME}/acme/store.git/info/refs?service=git-upload-pack", "acme/store"),
        ("/acme/store.git/info/refs", "acme/store"),
        ("https://evil.example/acme/store.git", None),
        ("http://github.com/acme/store.git", None),
        ("http://[", None),
        ("https://github.com:x/acme/store", None),
        ("", "acme/shop"),
    ],
)
def test_a_redirect_names_a_repository_of_the_server(location: str, name: str | None) -> None:
    found = moved_to(ASKED, location, HOME)
    assert (None if found is None else str(found)) == name


@given(st.lists(PIECES, max_size=9).map("".join) | st.text(max_size=40))
def test_no_redirect_leads_to_another_server(location: str) -> None:
    found = moved_to(ASKED, location, HOME)
    assert found is None or found.url.startswith(f"{HOME}/")
