"""Looks at the surroundings that audits depend on: git, engines, folders, configuration."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib import metadata
from time import perf_counter

from msgspec import Struct

from autodevops import __version__
from autodevops.credentials import Service
from autodevops.errors import AutodevopsError, NotARepositoryError
from autodevops.exit_codes import DONE
from autodevops.folders import cache_folder
from autodevops.policy import guide_in_force
from autodevops.request import Request, clock
from autodevops.scanners.interface import EngineError
from autodevops.scanners.kingfisher import KingfisherEngine
from autodevops.sources.git import find_git
from autodevops.sources.local import open_local
from autodevops.standing import Standing, State, standing
from autodevops.temporary import temporary_folder

_ENGINES = {
    "kingfisher": ("kingfisher-secret-scanner", "looks for secrets (SE001, SE002 and others)"),
    "zizmor": ("zizmor", "analyses workflows (WS001 to WS009)"),
}

_CREDENTIALS = {
    State.NONE: "no credential",
    State.NOT_ASKED: "there, and not asked: --offline",
    State.ACCEPTED: "accepted",
    State.REFUSED: "refused",
    State.UNKNOWN: "could not be verified",
}


class Health(StrEnum):
    """How a part is."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


class Diagnosis(Struct, frozen=True, kw_only=True):
    """How one part of the surroundings is."""

    part: str
    """What was looked at."""
    health: Health
    """How it is."""
    detail: str
    """What was seen."""
    advice: str | None = None
    """What to do; None when nothing needs doing."""
    exit_code: int = DONE
    """What an audit would end with because of it."""


def diagnose(target: str, *, offline: bool = False) -> Iterator[Diagnosis]:
    """Yield how each part is, the essential ones first; `offline` asks no service."""
    yield _ok("autodevops", f"{__version__} on Python {platform.python_version()}")
    yield _attempt("git", _git)
    for engine in _ENGINES:
        yield _engine(engine)
    yield _cache()
    yield _secret_rules()
    yield _attempt("configuration", lambda: _configuration(target))
    yield _credential(standing(Service.GITHUB, offline=offline))
    gemini = standing(Service.GEMINI, offline=offline)
    yield _credential(gemini)
    if gemini.models:
        yield _models(frozenset(gemini.models))
    yield _offline("backend") if offline else _backend()


def _offline(part: str) -> Diagnosis:
    return _ok(part, "not asked: --offline")


def _ok(part: str, detail: str) -> Diagnosis:
    return Diagnosis(part=part, health=Health.OK, detail=detail)


def _attempt(part: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    """Return what a look says, or how it failed."""
    try:
        return look()
    except AutodevopsError as error:
        return Diagnosis(
            part=part,
            health=Health.BROKEN,
            detail=error.message,
            advice=error.advice,
            exit_code=error.exit_code,
        )


def _git() -> Diagnosis:
    with temporary_folder() as folder:
        program = find_git(outside=folder, folder=folder)
    major, minor = program.version
    return _ok("git", f"{major}.{minor} at {program.file}")


def _engine(name: str) -> Diagnosis:
    package, purpose = _ENGINES[name]
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Diagnosis(
            part=name,
            health=Health.WARNING,
            detail=f"is not installed; it {purpose}, and these rules read unknown without it",
            advice=f"install it beside autodevops: {sys.executable} -m pip install {package}",
        )
    return _ok(name, f"{version}; {purpose}")


def _cache() -> Diagnosis:
    folder = cache_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK)
    except OSError:
        usable = False
    if usable:
        return _ok("cache", str(folder))
    return Diagnosis(
        part="cache",
        health=Health.WARNING,
        detail=f"{folder} can't be written; every audit starts from nothing",
        advice="make it writable, or name another folder in AUTODEVOPS_CACHE_DIR",
    )


def _secret_rules() -> Diagnosis:
    """Compile the secret rules if they are not, so that the first audit need not."""
    engine = KingfisherEngine(cache_folder())
    if engine.warm:
        return _ok("secret rules", "compiled and cached")
    began = perf_counter()
    try:
        engine.prepare()
    except (ImportError, EngineError) as error:
        return Diagnosis(
            part="secret rules",
            health=Health.WARNING,
            detail=f"could not be compiled: {error}",
            advice="install the engine kingfisher, see above",
        )
    return _ok("secret rules", f"compiled in {perf_counter() - began:.1f} s for later audits")


def _configuration(target: str) -> Diagnosis:
    try:
        with open_local(target, now=clock()) as snapshot:
            in_force = guide_in_force(Request(target=target), snapshot)
    except NotARepositoryError:
        return _ok("configuration", f"{target} is no git repository: nothing to read")
    *_, last = in_force.chain
    source = last if len(in_force.chain) > 1 else "none: the built-in guide judges"
    return _ok("configuration", source)


def _credential(found: Standing) -> Diagnosis:
    """Tell how a service's credential is; an audit does well without."""
    told = [_CREDENTIALS[found.state], found.account, found.origin]
    detail = ", ".join(part for part in told if part)
    if found.permissions is not None:
        detail += f"; may use: {', '.join(found.permissions) or 'nothing'}"
    is_bad = found.state in {State.REFUSED, State.UNKNOWN}
    return Diagnosis(
        part=found.service.value,
        health=Health.WARNING if is_bad else Health.OK,
        detail=detail,
        advice=found.note,
    )


def _models(there: frozenset[str]) -> Diagnosis:
    """Tell whether the models that `advise` asks exist, and what to ask instead."""
    from autodevops.advice.models import DEFAULT, FOR_MANY, successor

    gone = [name for name in (DEFAULT, FOR_MANY) if name not in there]
    if not gone:
        return _ok("models", f"{DEFAULT} and {FOR_MANY} answer `advise`")
    instead = [other for name in gone if (other := successor(name, there)) is not None]
    return Diagnosis(
        part="models",
        health=Health.WARNING,
        detail=f"{' and '.join(gone)} {'does' if len(gone) == 1 else 'do'} not exist any more",
        advice=f"name another: autodevops advise --model {instead[0]}"
        if instead
        else "name another with `autodevops advise --model`, or upgrade autodevops",
    )


def _backend() -> Diagnosis:
    """Compare the schema of the team's backend with ours; nobody is asked where none is named."""
    from autodevops.sync.project import ADDRESS, is_named

    if not is_named():
        return _ok("backend", f"none: {ADDRESS} is not set")
    from autodevops.sync.push import check_schema
    from autodevops.sync.retrying import Patience
    from autodevops.sync.supabase import connect

    try:
        with connect(patience=Patience(attempts=1)) as backend:
            version = check_schema(backend)
    except AutodevopsError as error:
        # An audit does well without it.
        return Diagnosis(
            part="backend", health=Health.WARNING, detail=error.message, advice=error.advice
        )
    return _ok("backend", f"schema version {version}")
