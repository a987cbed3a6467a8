"""Kingfisher, in this process and offline: its rules and ours, compiled once and cached."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

from autodevops.facts._secrets.context import FileContext, FileRole
from autodevops.facts._secrets.engine import PUBLIC_RULES
from autodevops.facts._secrets.sightings import Candidate
from autodevops.scanners.interface import EngineError
from autodevops.scanners.secret_rules import EngineRule, general_rules, rules_text, unquoted_rules
from autodevops.temporary import temporary_folder
from autodevops.writing import write_whole

DISTRIBUTION = "kingfisher-secret-scanner"
"""Name of the engine's package."""
SECONDS = 60.0
"""So long may one file take."""

_JUDGING = (
    *("content", "kingfisher", "leaks", "ledger", "likeness", "secret_history", "secret_rules"),
    *("sifting", "unwrapping", "written"),
)
"""Modules of this package whose change can change what a search says, or how it is kept."""
_LOADING = Lock()
"""Held by who loads rules, so that the audits of a batch don't all load them at once."""
_UNQUOTED = frozenset({FileRole.CONFIG, FileRole.EXAMPLE, FileRole.DOCUMENT})


def _quiet(_message: str) -> None:
    """Say nothing."""


class KingfisherEngine:
    """The engine; its rules are compiled, or read from the cache, at the first scan."""

    def __init__(self, cache: Path | None, *, say: Callable[[str], None] = _quiet) -> None:
        """Keep compiled rules in that folder (None: compile anew); `say` hears what takes long."""
        self._cache = cache / "rules" if cache else None
        self._say = say
        self._preparing = Lock()
        self._ready = False
        self._begun = False

    @cached_property
    def digest(self) -> str:
        """Return a digest of the engine's version, our rules and the source of what judges."""
        told = sha256(_engine().encode())
        judging = files("autodevops.facts._secrets").iterdir()
        for source in sorted(judging, key=lambda place: place.name):
            if source.name.endswith(".py"):
                told.update(source.read_bytes())
        for name in _JUDGING:
            told.update(files("autodevops.scanners").joinpath(f"{name}.py").read_bytes())
        return told.hexdigest()

    @cached_property
    def _rules_digest(self) -> str:
        told = sha256(_engine().encode())
        for rules in (general_rules(), unquoted_rules()):
            told.update(rules_text(rules).encode())
        return told.hexdigest()

    @property
    def warm(self) -> bool:
        """Tell whether the rules were compiled before."""
        return self._cache is not None and self._stamp.exists()

    def begin(self) -> None:
        """Compile the rules, or read them from the cache, in a thread of their own.

        It takes half a second or some, and no time of Python's: another thread can work meanwhile.
        Without a cache nothing is begun: a program that ends early would leave a file behind.
        """
        if self._cache is not None and not self._begun:
            self._begun = True
            Thread(target=self._prepare_unheard, name="secret rules", daemon=True).start()

    def _prepare_unheard(self) -> None:
        # What fails here fails again for the first scan, which tells it.
        with suppress(Exception):
            self._prepare()

    def prepare(self) -> None:
        """Have the rules ready: compile them now, read them from the cache, or await who does."""
        if not self._ready:
            if not self.warm:
                self._say("compiling the secret rules, once: this takes some seconds")
            self._prepare()

    def _prepare(self) -> None:
        with self._preparing:
            _ = self._general, self._unquoted
            self._ready = True

    def scan(self, content: bytes, file: FileContext) -> Iterator[Candidate]:
        """Yield the candidates in one text."""
        self.prepare()
        yield from _candidates(self._general, content, file)
        if file.role in _UNQUOTED:
            yield from _candidates(self._unquoted, content, file)

    @property
    def _stamp(self) -> Path:
        folder = self._cache or Path()
        return folder / f"{self._rules_digest[:16]}.warm"

    @cached_property
    def _general(self) -> Any:  # noqa: ANN401 - the engine's native scanner has no public type
        return self._scanner(general_rules(), builtins=True)

    @cached_property
    def _unquoted(self) -> Any:  # noqa: ANN401 - as above
        return self._scanner(unquoted_rules(), builtins=False)

    def _scanner(self, ours: Iterable[EngineRule], *, builtins: bool) -> Any:  # noqa: ANN401 - as above
        with _LOADING:
            loaded = _loaded(rules_text(ours).encode(), self._folder(), builtins=builtins)
        if builtins and loaded.is_kept:
            self._mark()
        return loaded.scanner

    def _folder(self) -> Path | None:
        if self._cache is None:
            return None
        try:
            self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return None
        return self._cache.resolve()

    def _mark(self) -> None:
        try:
            self._stamp.touch()
        except OSError:
            return


class _Loaded(NamedTuple):
    """Rules that are ready."""

    scanner: Any
    """The engine's native scanner, which has no public type."""
    is_kept: bool
    """Whether the cache's folder has them."""


@lru_cache(maxsize=4)
def _loaded(rules: bytes, store: Path | None, *, builtins: bool) -> _Loaded:
    """Return rules that are compiled or read from a folder once in a process.

    Half a second for each of a batch's repositories, and for each of the audits of a fix.
    """
    from kingfisher_sdk import DetectionPolicy, Rules, Scanner

    with _written(rules, store) as file:
        compiled = Rules(
            [file],
            builtins=builtins,
            confidence="low",
            cache=store is not None,
            cache_dir=store,
        )
    policy = DetectionPolicy(inline_ignores=False, markup_context=False, cli_match_semantics=False)
    # The facade wraps every match twice; the native scanner is what it calls.
    scanner = Scanner(compiled, base64=False, policy=policy)._native  # noqa: SLF001
    return _Loaded(scanner, store is not None and compiled.cache_status in {"loaded", "stored"})


@contextmanager
def _written(rules: bytes, store: Path | None) -> Iterator[Path]:
    """Give a file of rules for the length of a `with`; in the cache's folder it stays."""
    kept = None if store is None else _kept(rules, store)
    if kept is not None:
        yield kept
        return
    with temporary_folder() as folder:
        file = folder / "rules.yaml"
        file.write_bytes(rules)
        yield file


def _kept(rules: bytes, store: Path) -> Path | None:
    """Return a file of rules in a folder; None where there can be none."""
    file = store / f"{sha256(rules).hexdigest()[:32]}.yaml"
    try:
        if not (file.is_file() and file.read_bytes() == rules):
            write_whole(file, [rules], mode=0o600)
    except OSError:
        return None
    return file


@cache
def _engine() -> str:
    """Return what compiled rules are good for: the engine's version and the machine's byte order.

    The version is in the name of the folder beside the package that installers write. To ask
    `importlib.metadata` for it takes longer than a small tree whose files are all known.
    """
    found = find_spec("kingfisher_sdk")
    beside = Path(found.origin).parents[1] if found is not None and found.origin else Path()
    written = DISTRIBUTION.replace("-", "_")
    folders = sorted(place.name for place in beside.glob(f"{written}-*.dist-info"))
    if folders:
        return f"{' '.join(folders)} {sys.byteorder}\n"
    from importlib.metadata import version

    return f"{version(DISTRIBUTION)} {sys.byteorder}\n"


def _candidates(scanner: Any, content: bytes, file: FileContext) -> Iterator[Candidate]:  # noqa: ANN401 - as above
    try:
        # The engine skips some paths; it is only told what its rules ask for.
        found = scanner.scan_input(content, _path(file), timeout=SECONDS)
    except TimeoutError:
        raise EngineError(f"it takes the secret engine longer than {SECONDS:g} s") from None
    except (RuntimeError, ValueError, OSError) as problem:
        raise EngineError(f"the secret engine fails on it ({type(problem).__name__})") from None
    for match in found:
        rule = match.rule_id
        if match.visible and rule not in PUBLIC_RULES:
            where = match.location
            yield Candidate(
                rule=rule,
                value=match.secret,
                start=where["start_offset"],
                end=where["end_offset"],
            )


def _path(file: FileContext) -> str:
    """Return a path that has what engine rules look for and nothing that they skip."""
    return file.extension if "." in file.extension[1:] else f"text{file.extension}"
