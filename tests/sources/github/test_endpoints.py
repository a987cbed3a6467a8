"""Which addresses are asked, and to which no token may go."""

import pytest

from autodevops.errors import ConfigurationError
from autodevops.sources.github.client import path
from autodevops.sources.github.endpoints import Endpoints, endpoints

GHE = "https://ghe.example"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({}, Endpoints()),
        (
            {
                "GITHUB_API_URL": "https://api.github.com",
                "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
                "GITHUB_SERVER_URL": "https://github.com",
            },
            Endpoints(),
        ),
        (
            {"GITHUB_API_URL": f"{GHE}/api/v3/"},
            Endpoints(api=f"{GHE}/api/v3", graphql=f"{GHE}/api/graphql", server=GHE),
        ),
        (
            {"GITHUB_SERVER_URL": GHE},
            Endpoints(api=f"{GHE}/api/v3", graphql=f"{GHE}/api/graphql", server=GHE),
        ),
        (
            {"GITHUB_API_URL": "https://api.acme.ghe.com"},
            Endpoints(
                api="https://api.acme.ghe.com",
                graphql="https://api.acme.ghe.com/graphql",
                server="https://acme.ghe.com",
            ),
        ),
        (
            {"GITHUB_SERVER_URL": "https://acme.ghe.com"},
            Endpoints(
                api="https://api.acme.ghe.com",
                graphql="https://api.acme.ghe.com/graphql",
                server="https://acme.ghe.com",
            ),
        ),
    ],
)
def test_what_is_not_named_follows(named: dict[str, str], expected: Endpoints) -> None:
    assert endpoints(named) == expected


@pytest.mark.parametrize(
    "address",
    [
        "http://ghe.example/api/v3",
        "http://127.evil.example/api/v3",
        "http://127.0.0.1.evil.example/api/v3",
        "https://user:word@ghe.example/api/v3",
        "https://ghe.example/api/v3?x=1",
        "https://ghe.example:port/api/v3",
        "ghe.example/api/v3",
        "file:///etc/passwd",
        "https://",
        "https://[",
    ],
)
def test_an_address_that_no_token_may_go_to_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="GITHUB_API_URL"):
        endpoints({"GITHUB_API_URL": address})


def test_this_machine_needs_no_encryption() -> None:
    assert endpoints({"GITHUB_API_URL": "http://127.0.0.1:8080/api/v3"}).host == "127.0.0.1:8080"
    assert endpoints({"GITHUB_API_URL": "http://[::1]:8080"}).server == "http://[::1]:8080"


def test_each_server_has_its_own_entry_in_the_keyring() -> None:
    assert Endpoints().account == ""
    assert endpoints({"GITHUB_SERVER_URL": GHE}).account == "ghe.example"


def test_segments_of_an_address_are_escaped() -> None:
    assert path("repos", "acme", "shop", "branches", "feature/a?b#c") == (
        "/repos/acme/shop/branches/feature%2Fa%3Fb%23c"
    )
    for segment in ("", ".", ".."):
        with pytest.raises(ValueError, match="made of dots"):
            path("repos", segment)
