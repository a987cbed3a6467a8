"""Privileged keys that the frontend's code in the browser can reach, by name or by value."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._env_text import web_reads
from autodevops.facts._frontend_sides import Sides
from autodevops.facts._line_counter import LineCounter
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts._secrets.tokens import claims, is_demonstration, web_tokens
from autodevops.facts.frontend import FRONTEND, frontend_folder
from autodevops.facts.imports import Imports
from autodevops.facts.path_index import PathIndex
from autodevops.facts.public_variables import PRIVILEGED, PublicVariables
from autodevops.facts.services import Services
from autodevops.guide.model import SecretPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_TYPED = regex(r"\benv\.([A-Z][A-Z0-9_]{3,80})\b")
_SECRET_KEY = regex(r"\bsb_secret_[A-Za-z0-9_-]{16,100}")
_SETTING = regex(r"[ \t]{0,9}(?:export[ \t]{1,9})?(\w{1,200})[ \t]{0,9}=")
_COMMENT = ("//", "*", "/*", "#", "<!--")
_BY_PREFIX = "its prefix makes the bundler put it into the browser's code"
_DATA = (".html", ".json", ".yml", ".yaml", ".toml")


class PrivilegedKey(NamedTuple):
    """One key that the browser can reach."""

    name: str
    """Name of the variable; for a value, the file."""
    places: tuple[tuple[str, int], ...]
    """Paths and lines, the main one first."""
    how: str
    """How it gets to the browser, in words."""
    by_value: bool
    """Whether the key itself stands there; its value is not kept."""


class PrivilegedKeys(Struct, frozen=True, kw_only=True):
    """Every such key."""

    found: tuple[PrivilegedKey, ...]
    """By name."""


@fact
def privileged_keys(
    snapshot: Snapshot,
    services: Services,
    imports: Imports,
    index: PathIndex,
    public: PublicVariables | NotApplicable,
    policy: SecretPolicy,
) -> PrivilegedKeys | NotApplicable:
    """Look for names in code that the browser runs, values in all that it is sent."""
    folder = frontend_folder(services)
    if isinstance(folder, NotApplicable):
        return folder
    names = frozenset(secret.name for secret in policy.secrets if secret.privileged)
    sides = Sides(snapshot, imports, index, folder)
    found = list(_by_public_name(public))
    found += _by_name(snapshot, imports, sides, names)
    suspects = [file.path for file in imports.files if file.may_hold_key]
    data = [path for path in index.below(folder) if path.endswith(_DATA) and is_own_source(path)]
    found += _by_value(snapshot, folder, sorted({*suspects, *data}), sides)
    found += _by_public_value(snapshot, index, policy)
    return PrivilegedKeys(found=tuple(sorted(found)))


def _by_public_name(public: PublicVariables | NotApplicable) -> Iterator[PrivilegedKey]:
    for variable in public.secret if isinstance(public, PublicVariables) else ():
        if variable.privileged:
            yield PrivilegedKey(variable.name, variable.places, _BY_PREFIX, by_value=False)


def _by_name(
    snapshot: Snapshot, imports: Imports, sides: Sides, names: frozenset[str]
) -> Iterator[PrivilegedKey]:
    """Yield each variable that code in the browser's reach reads."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for file in imports.files:
        if file.service.name != FRONTEND or not file.may_hold_key:
            continue
        text = snapshot.text(file.path) or ""
        for name, line in _reads(text, names):
            how = sides.reach(file.path, text)
            if how is not None:
                found.setdefault((name, how), []).append((file.path, line))
    for (name, how), places in found.items():
        yield PrivilegedKey(name, tuple(places), how, by_value=False)


def _reads(text: str, names: frozenset[str]) -> Iterator[tuple[str, int]]:
    if not any(name in text for name in names) and PRIVILEGED.search(text) is None:
        return
    read = {(one.name, one.line) for one in web_reads(text)}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.lstrip().startswith(_COMMENT):
            read |= {(match[1], number) for match in _TYPED.finditer(line[:5_000])}
    for name, number in sorted(read, key=lambda one: one[1]):
        if name in names or PRIVILEGED.match(name) or name.startswith("SUPABASE_SERVICE"):
            yield name, number


def _by_value(
    snapshot: Snapshot, folder: str, paths: Iterable[str], sides: Sides
) -> Iterator[PrivilegedKey]:
    """Yield each file for the browser that holds a service-role key itself."""
    for path in paths:
        if not path.startswith(f"{folder}/") or basename(path).endswith("lock.json"):
            continue
        text = snapshot.text(path) or ""
        lines = tuple(sorted(line for line, _ in privileged_values(text)))
        if lines and (how := sides.reach(path, text)) is not None:
            yield PrivilegedKey(path, tuple((path, line) for line in lines), how, by_value=True)


def _by_public_value(
    snapshot: Snapshot, index: PathIndex, policy: SecretPolicy
) -> Iterator[PrivilegedKey]:
    """Yield public variables that an environment file gives a service-role key."""
    for name in index.file_names:
        if not name.startswith(".env"):
            continue
        for path in index.named(name):
            text = snapshot.text(path, CONFIG_LIMIT) or ""
            for line, start in privileged_values(text):
                setting = _SETTING.match(text, start)
                if setting and setting[1].startswith(policy.public_prefixes):
                    yield PrivilegedKey(setting[1], ((path, line),), _BY_PREFIX, by_value=True)


def privileged_values(text: str) -> Iterator[tuple[int, int]]:
    """Yield line, and where it starts, of each service-role key in a text.

    A JWT is decoded before it counts; Supabase's published keys for local work don't.
    """
    tokens = [one.start() for one in _SECRET_KEY.finditer(text)] if "sb_secret_" in text else []
    if ".ey" in text:
        for start, token in web_tokens(text):
            said = claims(token)
            if said is not None and said.role == "service_role" and not is_demonstration(said):
                tokens.append(start)
    lines = LineCounter(text)
    for start in tokens:
        yield lines.line_at(start), text.rfind("\n", 0, start) + 1
