"""What is asked about the targets of a batch, by several threads with one client."""

from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest

from autodevops.batch.asking import Asker
from autodevops.batch.signature import signature
from autodevops.policy import guide_outside
from autodevops.request import Request
from autodevops.sources.github.budget import Limit
from autodevops.sources.github.names import RepositoryName
from tests.support.memory import NOW

SHOP = RepositoryName("https://github.com", "acme", "shop")


class Contested:
    """A lock whose next holder meets a limit at once."""

    def __init__(self, client: SimpleNamespace) -> None:
        self._client = client
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_error: object) -> None:
        self._lock.release()
        self._client.limited = Limit(resource="graphql", until=NOW)


def test_a_limit_that_the_next_question_meets_spoils_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client: Any = SimpleNamespace(limited=None)
    contested: Any = Contested(client)
    request = Request(select=("BR008",))
    in_force = guide_outside(request)
    asker = Asker(
        request=request,
        in_force=in_force,
        signature=signature(request, in_force),
        now=NOW,
        client=client,
        several=False,
        _one_at_a_time=contested,
    )
    said = object()
    monkeypatch.setattr(
        "autodevops.sources.github.settings.read_settings", lambda *_names, **_how: {SHOP: said}
    )
    found = asker._settings((SHOP,))
    assert isinstance(found, dict)
    assert found[SHOP].settings is said
