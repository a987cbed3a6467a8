"""What `scaffold` asks where no option says it, one short question each."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from autodevops.cli.console import complain
from autodevops.errors import UsageError
from autodevops.scaffolding.first_commit import user_name
from autodevops.scaffolding.wishes import (
    SERVICES,
    Licence,
    Wish,
    holder_of,
    licence_of,
    name_of,
    owner_of,
    services_of,
)

if TYPE_CHECKING:
    from autodevops.cli.scaffold import Answers

_T = TypeVar("_T")


def wished(given: "Answers", folder: Path, *, ask: bool) -> Wish:
    """Return the wish that options and answers make; raises UsageError for what is missing."""
    question = _Questions(ask=ask)
    name = question.answer(given.name, "Name", name_of, "--name shop", folder.absolute().name)
    services = question.answer(
        given.services,
        f"Services ({', '.join(SERVICES)}, or none)",
        services_of,
        "--services frontend,api,workers, or --services none for a library",
        ",".join(SERVICES) if ask else None,
    )
    owner = question.answer(
        given.owner, "Owner (@user or @organisation/team)", owner_of, "--owner @acme/platform", None
    )
    licence = question.answer(
        given.licence,
        f"Licence ({', '.join(one.value for one in Licence)})",
        licence_of,
        "--licence MIT",
        Licence.PROPRIETARY.value,
    )
    holder = question.answer(
        given.holder,
        "Holder of the copyright",
        holder_of,
        '--holder "Acme Ltd"',
        user_name() or owner[1:].partition("/")[0],
    )
    return Wish(name=name, services=services, owner=owner, licence=licence, holder=holder)


class _Questions:
    """Asks on a terminal; elsewhere takes what is safe to assume."""

    def __init__(self, *, ask: bool) -> None:
        self._ask = ask

    def answer(
        self,
        given: str | None,
        question: str,
        read: Callable[[str], _T],
        option: str,
        default: str | None,
    ) -> _T:
        """Return what was given, asked or assumed, as `read` understands it."""
        if given is not None:
            return read(given)
        if not self._ask and default is None:
            raise UsageError(
                f"{option.partition(' ')[0]} is missing, and nobody can be asked",
                advice=f"say {option}",
            )
        if not self._ask:
            return read(str(default))
        while True:
            try:
                return read(str(typer.prompt(question, default=default, err=True)))
            except UsageError as error:
                complain(error.message, error.advice)
