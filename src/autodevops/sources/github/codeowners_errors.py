"""What GitHub makes of CODEOWNERS."""

import msgspec

from autodevops.model.settings import CodeownersError, CodeownersErrors
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import Answer
from autodevops.sources.github.graph_repository import CodeownersProblem, CodeownersProblems


class _Errors(msgspec.Struct, frozen=True, kw_only=True):
    errors: tuple[CodeownersProblem, ...]


def of_graph(said: CodeownersProblems | Unavailable | None) -> CodeownersErrors | Unavailable:
    """Return the errors as GraphQL tells them; without the file there are none."""
    if isinstance(said, Unavailable):
        return said
    return CodeownersErrors(errors=_errors(said.errors if said is not None else ()))


def of_answer(answer: Answer) -> CodeownersErrors | Unavailable:
    """Return the errors as `/codeowners/errors` tells them."""
    said = answer.read(_Errors)
    return said if isinstance(said, Unavailable) else CodeownersErrors(errors=_errors(said.errors))


def _errors(problems: tuple[CodeownersProblem, ...]) -> tuple[CodeownersError, ...]:
    return tuple(
        CodeownersError(
            path=one.path,
            line=one.line,
            column=one.column,
            kind=one.kind,
            source=one.source,
            suggestion=one.suggestion,
        )
        for one in problems
    )
