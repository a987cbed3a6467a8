"""Makes clients for tests: of the stand-in server, with a clock that doesn't wait."""

from collections.abc import Callable

from autodevops.sources.github.client import GitHub, path
from autodevops.sources.github.etags import Etags
from autodevops.sources.github.patience import Clock, Patience
from tests.support.github import Server, Token, credential
from tests.support.github.clocks import PassingClock

SHOP = path("repos", "acme", "shop")


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
