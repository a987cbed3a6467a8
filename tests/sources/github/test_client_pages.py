"""Redirects and pages: followed on the same host only, and not without end."""

import pytest

from autodevops.sources.github.client import path
from autodevops.sources.github.patience import Patience
from tests.sources.github.asking import SHOP, client, reason
from tests.support.github import (
    Fault,
    Repository,
    Server,
)

pytestmark = pytest.mark.usefixtures("shop")


def test_a_redirect_on_the_same_host_is_followed(github: Server, shop: Repository) -> None:
    shop.former_names = ("acme/old-shop",)
    with client(github) as asked:
        answer = asked.get(path("repos", "acme", "old-shop"))
    assert isinstance(answer.data, dict)
    assert answer.data["full_name"] == "acme/shop"
    assert [one.status for one in github.requests] == [301, 200]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_gets_no_request_at_all(status: int, github: Server) -> None:
    with Server() as thief:
        place = {"Location": f"{thief.root}/api/v3/repos/acme/shop"}
        github.faults.add(Fault(status=status, headers=place))
        with client(github) as asked:
            answer = asked.get(SHOP)
        assert "redirects to another host, which is not followed: 127.0.0.1" in reason(answer)
        assert thief.requests == []


@pytest.mark.parametrize("place", ["http://[", "//evil.example/x", "ftp://127.0.0.1/x", "\x00"])
def test_a_redirect_to_nowhere_is_not_followed(place: str, github: Server) -> None:
    github.faults.add(Fault(status=302, headers={"Location": place}))
    with client(github, patience=Patience(tries=1)) as asked:
        assert asked.get(SHOP).unavailable is not None


def test_redirects_in_a_circle_end(github: Server) -> None:
    place = {"Location": f"{github.at.api}{SHOP}"}
    github.faults.add(Fault(status=302, headers=place, times=99))
    with client(github) as asked:
        assert reason(asked.get(SHOP)) == "GitHub redirects in a circle"
    assert len(github.requests) == 4


def test_a_next_page_on_another_host_is_not_asked_for(github: Server) -> None:
    with Server() as thief:
        link = {"Link": f'<{thief.root}/api/v3/user/repos?page=2>; rel="next"'}
        github.faults.add(Fault(headers=link))
        with client(github) as asked:
            listing = asked.listing(path("user", "repos"))
        assert len(listing.items) == 1
        assert listing.unavailable is not None
        assert "another host" in listing.unavailable.reason
        assert thief.requests == []


def test_a_list_is_read_to_its_end(github: Server) -> None:
    for number in range(250):
        github.world.add(Repository(f"acme/service-{number}"))
    with client(github) as asked:
        listing = asked.listing(path("user", "repos"))
    assert len(listing.items) == 251
    assert listing.unavailable is None


def test_pages_without_an_end_are_cut_and_said(github: Server) -> None:
    for page in range(2, 100):
        link = {"Link": f'<{github.at.api}/user/repos?page={page}>; rel="next"'}
        github.faults.add(Fault(status=200, body=b"[{}]", headers=link))
    with client(github) as asked:
        listing = asked.listing(path("user", "repos"), most=5)
    assert len(listing.items) == 5
    assert listing.unavailable is not None
    assert "longer than the 5 pages" in listing.unavailable.reason


def test_pages_in_a_circle_are_cut_and_said(github: Server) -> None:
    link = {"Link": f'<{github.at.api}/user/repos?page=2>; rel="next"'}
    github.faults.add(Fault(headers=link, times=99))
    with client(github) as asked:
        listing = asked.listing(path("user", "repos"))
    assert listing.unavailable is not None
    assert len(github.requests) == 2


def test_a_page_that_fails_leaves_the_list_incomplete(github: Server) -> None:
    link = {"Link": f'<{github.at.api}/user/repos?page=2>; rel="next"'}
    github.faults.add(Fault(headers=link), Fault(status=500, times=9))
    with client(github) as asked:
        listing = asked.listing(path("user", "repos"))
    assert len(listing.items) == 1
    assert listing.status == 500
    assert listing.unavailable is not None
