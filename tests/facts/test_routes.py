"""Code that is written to keep a reader busy is followed for a moment only."""

from collections.abc import Callable

import pytest

from autodevops.model.finding import Outcome, Unknown
from autodevops.rules.api_versioning import unversioned_route
from tests.support.asking import outcomes
from tests.support.growth import assert_linear

HEAD = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\n"


def doubling(ways: int) -> str:
    """Make a prefix that is doubled again and again, to the square of so many parts."""
    last = 2 * ways.bit_length()
    sums = "".join(f"p{i} = p{i + 1} + p{i + 1}\n" for i in range(last))
    return (
        f"{sums}p{last} = '/x'\nr = APIRouter()\n@r.get('/')\ndef a(): ...\n"
        "app.include_router(r, prefix=p0)\n"
    )


def ladder(ways: int) -> str:
    """Make routers that include each other, in the square of so many ways."""
    last = 2 * ways.bit_length()
    rungs = "".join(
        f"r{i} = APIRouter()\nr{i}.include_router(r{i + 1})\nr{i}.include_router(r{i + 1})\n"
        for i in reversed(range(last))
    )
    return f"r{last} = APIRouter()\n{rungs}app.include_router(r0)\n"


def loops(rounds: int) -> str:
    inside = (f"{' ' * i}for a{i} in [{'1, ' * rounds}]:\n" for i in range(3))
    return f"{''.join(inside)}   app.include_router(r)\n"


CIRCLE = (
    "settings = settings\nr = APIRouter()\n@r.get('/x')\ndef a(): ...\n"
    "app.include_router(r, prefix=settings.x)\n"
)


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (doubling, 256),
        (ladder, 256),
        (loops, 20),
        (lambda n: "x = " + "(" * n + "1" + ")" * n + "\n", 3_000),
        (lambda n: "x = " + "-" * n + "1\n", 20_000),
        (lambda n: CIRCLE * n, 1),
    ],
    ids=["doubling", "ladder", "loops", "parentheses", "signs", "circle"],
)
def test_it_ends_soon_and_says_that_it_is_open(made: Callable[[int], str], size: int) -> None:
    def ask(body: str) -> list[Outcome]:
        files = {"app/__init__.py": "", "app/main.py": HEAD + body}
        return outcomes(unversioned_route, files)

    assert_linear(ask, made, size)
    said = ask(made(size))
    assert said
    assert all(isinstance(one, Unknown) for one in said)
