"""Code that is written to keep a reader busy is followed for a moment only."""

from time import perf_counter

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules.api_versioning import unversioned_route
from tests.support.asking import outcomes

HEAD = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\n"
DOUBLING = "".join(f"p{i} = p{i + 1} + p{i + 1}\n" for i in range(40)) + 'p40 = "/x"\n'
LADDER = "r60 = APIRouter()\n" + "".join(
    f"r{i} = APIRouter()\nr{i}.include_router(r{i + 1})\nr{i}.include_router(r{i + 1})\n"
    for i in reversed(range(60))
)
LOOPS = "".join(f"{' ' * i}for a{i} in [{'1, ' * 300}]:\n" for i in range(8))


@pytest.mark.parametrize(
    "body",
    [
        f"{DOUBLING}r = APIRouter()\n@r.get('/')\ndef a(): ...\napp.include_router(r, prefix=p0)\n",
        f"{LADDER}app.include_router(r0)\n",
        f"{LOOPS}{' ' * 8}app.include_router(r)\n",
        "x = " + "(" * 3_000 + "1" + ")" * 3_000 + "\n",
        "x = " + "-" * 90_000 + "1\n",
        (
            "settings = settings\nr = APIRouter()\n@r.get('/x')\ndef a(): ...\n"
            "app.include_router(r, prefix=settings.x)\n"
        ),
    ],
    ids=["doubling", "ladder", "loops", "parentheses", "signs", "circle"],
)
def test_it_ends_soon_and_says_that_it_is_open(body: str) -> None:
    began = perf_counter()
    said = outcomes(unversioned_route, {"app/__init__.py": "", "app/main.py": HEAD + body})
    assert perf_counter() - began < 5  # far above what it takes, for slow machines
    assert said
    assert all(isinstance(one, Unknown) for one in said)
