"""Resolves facts: lazily, once per run, by type."""

import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from threading import Event, Lock, local
from time import perf_counter
from typing import Union, get_args, get_origin

from msgspec import Struct

from autodevops.errors import TargetError, spent
from autodevops.facts._api import Provider
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Gap, Snapshot, Unavailable

_ANSWERS = (Unavailable, NotApplicable)


class Resolved(Struct, frozen=True, kw_only=True):
    """A fact as far as it could be had."""

    value: object
    """The fact, or `Unavailable`, or `NotApplicable`."""
    gaps: tuple[Gap, ...] = ()
    """What could not be read on the way, dependencies included."""
    crash: Exception | None = None
    """The bug that kept the fact from being made."""


class Parameter(Struct, frozen=True, kw_only=True):
    """What a rule or provider asks for under one name."""

    name: str
    """Name of the parameter."""
    wanted: type
    """Type of the fact or section of the guide."""
    accepts: tuple[type, ...]
    """Which of `Unavailable` and `NotApplicable` it wants to be handed."""


class Arguments(Struct, frozen=True, kw_only=True):
    """The resolved parameters of a rule or provider."""

    values: Mapping[str, object]
    """Values by parameter, complete only when nothing is missing and nothing crashed."""
    gaps: tuple[Gap, ...]
    """What could not be read on the way."""
    missing: Unavailable | NotApplicable | None
    """The first parameter's answer that the function does not accept."""
    crash: Exception | None
    """The first bug on the way."""


@cache
def parameters(function: Callable[..., object]) -> tuple[Parameter, ...]:
    """Return what a rule or provider asks for, from its annotations."""
    return tuple(
        _parameter(name, annotation)
        for name, annotation in function.__annotations__.items()
        if name != "return"
    )


@cache
def provided_type(provider: Provider) -> type:
    """Return the type of fact that a provider makes."""
    return _parameter("return", provider.__annotations__["return"]).wanted


def _parameter(name: str, annotation: object) -> Parameter:
    members = (
        get_args(annotation)
        if get_origin(annotation) in {Union, types.UnionType}
        else (annotation,)
    )
    wanted = [member for member in members if member not in _ANSWERS]
    if len(wanted) != 1:
        msg = f"parameter {name!r} must name exactly one fact, not {annotation!r}"
        raise TypeError(msg)
    accepts = tuple(member for member in members if member in _ANSWERS)
    return Parameter(name=name, wanted=wanted[0], accepts=accepts)


class _Chain(local):
    """The facts that a thread is making, each for the one before it."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kinds: list[type] = []


class Resolver:
    """Makes each fact of one run at most once, for whichever thread asks first."""

    def __init__(
        self, snapshot: Snapshot, given: Mapping[type, object], providers: Iterable[Provider]
    ) -> None:
        """Keep the snapshot, values that are there already (the guide's sections), and makers."""
        self._snapshot = snapshot
        self._known = {kind: Resolved(value=value) for kind, value in given.items()}
        self._providers = {provided_type(provider): provider for provider in providers}
        self._begun: dict[type, Event] = {}
        self._lock = Lock()
        self._chain = _Chain()
        self.seconds: dict[str, float] = {}
        """Time spent in each provider, its dependencies not counted."""

    def give(self, kind: type, value: object) -> None:
        """Add a value that only became known during the run."""
        self._known[kind] = Resolved(value=value)

    @staticmethod
    def asks_for(function: Callable[..., object], kind: type) -> bool:
        """Tell whether a rule or provider has a parameter of that type."""
        return any(parameter.wanted is kind for parameter in parameters(function))

    def gaps(self) -> tuple[Gap, ...]:
        """Return everything that any fact of this run could not read, in a stable order."""
        unique = {gap for resolved in self._known.values() for gap in resolved.gaps}
        return tuple(sorted(unique, key=lambda gap: (gap.subject, gap.reason)))

    def get(self, kind: type) -> Resolved:
        """Return the fact of that type, made now if need be, or once another thread has made it."""
        while (known := self._known.get(kind)) is None:
            self._make_or_wait(kind)
        return known

    def arguments(self, function: Callable[..., object]) -> Arguments:
        """Return the values for a rule's or provider's parameters."""
        try:
            return self._arguments(function, self._snapshot)
        except (LookupError, TypeError) as error:
            # A fact that nobody makes, or an annotation that names none: one rule's bug.
            return Arguments(values={}, gaps=(), missing=None, crash=error)

    def _arguments(self, function: Callable[..., object], view: Snapshot) -> Arguments:
        values: dict[str, object] = {}
        gaps: dict[Gap, None] = {}
        missing: Unavailable | NotApplicable | None = None
        crash: Exception | None = None
        for parameter in parameters(function):
            if parameter.wanted is Snapshot:
                values[parameter.name] = view
                continue
            resolved = self.get(parameter.wanted)
            values[parameter.name] = resolved.value
            gaps |= dict.fromkeys(resolved.gaps)
            crash = crash or resolved.crash
            if isinstance(resolved.value, _ANSWERS) and not isinstance(
                resolved.value, parameter.accepts
            ):
                missing = missing or resolved.value
        return Arguments(values=values, gaps=tuple(gaps), missing=missing, crash=crash)

    def _make_or_wait(self, kind: type) -> None:
        chain = self._chain.kinds
        if kind in chain:
            path = " -> ".join(str(step) for step in [*chain, kind])
            msg = f"facts need each other in a circle: {path}"
            raise LookupError(msg)
        with self._lock:
            if kind in self._known:
                return
            elsewhere = self._begun.get(kind)
            if elsewhere is None:
                begun = self._begun[kind] = Event()
        if elsewhere is not None:
            # Facts need each other in no circle, so whoever makes this one never waits for us.
            elsewhere.wait()
            return
        chain.append(kind)
        try:
            self._known[kind] = self._make(kind)
        finally:
            chain.pop()
            # After a failure the next one to ask tries again, and meets it, too.
            del self._begun[kind]
            begun.set()

    def _make(self, kind: type) -> Resolved:
        provider = self._providers.get(kind)
        if provider is None:
            msg = f"no provider makes {kind!r}; list it in facts/catalog.py"
            raise LookupError(msg)
        return self._call(provider)

    def _call(self, provider: Provider) -> Resolved:
        view = self._snapshot.view()
        arguments = self._arguments(provider, view)
        if arguments.crash is not None:
            return Resolved(value=None, crash=arguments.crash)
        if arguments.missing is not None:
            return Resolved(value=arguments.missing, gaps=arguments.gaps)
        began = perf_counter()
        try:
            value = provider(**arguments.values)
        except TargetError as error:
            value = Unavailable(error.message, error.advice)
        except Exception as error:  # noqa: BLE001 - a fact's bug must not hide the other rules
            limit = spent(error)
            if limit is None:
                return Resolved(value=None, crash=error)
            value = Unavailable(f"this machine stops the work: {limit}", "room for the work")
        finally:
            self.seconds[provider.__name__] = perf_counter() - began
        return Resolved(value=value, gaps=(*arguments.gaps, *view.gaps))
