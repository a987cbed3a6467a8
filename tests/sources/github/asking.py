"""Asks the stand-in server, with a clock that doesn't wait; reads why an answer is none."""

from collections.abc import Callable

from autodevops.sources.github.answers import Answer
from autodevops.sources.github.client import GitHub, path
from autodevops.sources.github.etags import Etags
from autodevops.sources.github.patience import Clock, Patience
from tests.support.github import Server, Token, credential
from tests.support.github.clocks import PassingClock

SHOP = path("repos", "acme", "shop")
VIEWER = "query { viewer { login } rateLimit { cost } }"


def client(
    github: Server,
    token: Token | None = None,
    *,
    clock: Clock | None = None,
    patience: Patience | None = None,
    etags: Etags | None = None,
    say: Callable[[str], None] | None = None,
) -> GitHub:
    """Return a client with a token, by default the owner's."""
    return GitHub(
        credential(token or github.world.owner),
        at=github.at,
        clock=clock or PassingClock(),
        patience=patience or Patience(timeout=5.0),
        etags=etags,
        say=say,
    )


def reason(answer: Answer) -> str:
    """Return why there is no answer."""
    assert answer.unavailable is not None
    return answer.unavailable.reason


def needs(answer: Answer) -> str | None:
    """Return what would give one."""
    assert answer.unavailable is not None
    return answer.unavailable.needs
