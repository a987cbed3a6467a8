"""Reads the guide: the built-in one, an organisation's, a team's, each laid over the one before."""

import json
import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from autodevops.errors import ConfigurationError, UsageError
from autodevops.guide.check import check, shown
from autodevops.guide.completeness import complete
from autodevops.guide.configuration import Configuration, configuration
from autodevops.guide.declared import spell_out_services
from autodevops.guide.document import Document, parse_document
from autodevops.guide.files import ConfigFile, Files, config_at
from autodevops.guide.layers import Layer, Merged
from autodevops.guide.locks import locked_rules
from autodevops.guide.model import Guide
from autodevops.guide.names import RuleNames
from autodevops.guide.shape import build
from autodevops.model.suggestion import nearest

DEFAULT_GUIDE = "staff-engineer"
"""Name of the guide that every other one extends in the end."""
BUILT_IN = (DEFAULT_GUIDE,)
"""Names of the guides that come with the program."""
LONGEST_CHAIN = 10
"""How many files may extend each other."""


class GuideInForce(Struct, frozen=True, kw_only=True):
    """The guide that judges, and how the audit is run."""

    guide: Guide
    """Every section of the policy."""
    configuration: Configuration
    """Rules, severities, waivers, baseline, locks."""
    layers: tuple[Layer, ...]
    """The files that made it, the built-in guide first, the team's own last."""
    merged: Merged
    """The values as they were written, with their places; see `show.rows`."""

    @property
    def chain(self) -> tuple[str, ...]:
        """Return the names of the files that made it, in their order."""
        return tuple(layer.document.path for layer in self.layers)


@cache
def built_in_text(name: str = DEFAULT_GUIDE) -> str:
    """Return the text of a built-in guide."""
    return Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")


@cache
def built_in_guide() -> Guide:
    """Return the built-in guide as it is."""
    return load_guide(RuleNames(slugs={}, severities={})).guide


def load_guide(
    names: RuleNames, *, guide: str | None = None, config: ConfigFile | None = None
) -> GuideInForce:
    """Return the guide in force.

    `guide` is the name of a built-in guide or the path of a file on disk; without one the built-in
    guide is taken. `config` is the team's file; it is laid over the guide, with the files that it
    extends itself. Raises ConfigurationError, or UsageError for a guide that there is not.
    """
    shared = () if guide is None or guide in BUILT_IN else _chain(_named_guide(guide))
    known = [(layer.files, layer.document.path) for layer in shared]
    own = tuple(
        layer
        for layer in (() if config is None else _chain(config))
        if (layer.files, layer.document.path) not in known
    )
    layers = (
        _built_in(),
        *(_shared(layer) for layer in shared),
        *(_shared(layer) for layer in own[:-1]),
        *own[-1:],
    )
    return _in_force(layers, names)


def _in_force(layers: tuple[Layer, ...], names: RuleNames) -> GuideInForce:
    """Lay the files over each other."""
    merged = Merged()
    for layer in layers:
        merged.add(layer.document)
    if len(layers) > 1:
        complete(merged, layers)
    locked = locked_rules(layers, merged, names)
    settings = configuration(layers, merged, names, locked)
    try:
        policy = build(merged.tables)
    except msgspec.ValidationError as error:
        advice = "compare it with `autodevops guide show`"
        path = layers[-1].document.path
        raise ConfigurationError(
            f"the guide is invalid: {error}", advice=advice, path=path
        ) from None
    return GuideInForce(
        guide=msgspec.structs.replace(policy, digest=_digest(policy, settings)),
        configuration=settings,
        layers=layers,
        merged=merged,
    )


def _digest(policy: Guide, settings: Configuration) -> str:
    """Return the SHA-256 over all that can change a verdict: policy, selection, severities, locks.

    Waivers, baseline and threshold are left out: a rule's answer is the same with and without.
    """
    everything = {
        "guide": msgspec.to_builtins(policy),
        "select": sorted(settings.select),
        "ignore": sorted(settings.ignore),
        "severities": settings.severities,
        "locked": sorted(settings.locked),
    }
    canonical = json.dumps(everything, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


@cache
def _built_in_tables(name: str) -> dict[str, Any]:
    return tomllib.loads(built_in_text(name))


def _built_in() -> Layer:
    """Return the built-in guide as the first file of a chain; tests hold it against the checks."""
    tables = _built_in_tables(DEFAULT_GUIDE)
    document = Document(path=DEFAULT_GUIDE, tables=tables, lines={})
    return Layer(document=document, files=None, is_shared=True)


def _named_guide(path: str) -> ConfigFile:
    """Return the file that `--guide` names."""
    try:
        return config_at(path)
    except ConfigurationError as error:
        if path.endswith(".toml") or "/" in path or "\\" in path:
            raise
        close = nearest(path, BUILT_IN)
        advice = f"did you mean {close}?" if close else "give its path"
        message = f"there is no guide called {shown(path)}"
        raise UsageError(message, advice=advice) from error


def _chain(file: ConfigFile) -> tuple[Layer, ...]:
    """Return a file and those that it extends, the first one first, without the built-in guide."""
    layers: list[Layer] = []
    following: ConfigFile | None = file
    while following is not None:
        document = spell_out_services(parse_document(following.text, following.path))
        check(document)
        layers.append(Layer(document=document, files=following.files, is_shared=False))
        following = _extended(document, following.files, [one.document.path for one in layers])
    return tuple(reversed(layers))


def _extended(document: Document, files: Files, seen: list[str]) -> ConfigFile | None:
    """Return the file that a document extends; None for a built-in guide."""
    reference = document.tables.get("extends", DEFAULT_GUIDE)
    if reference in BUILT_IN:
        return None
    path = files.resolve(document.path, reference)
    if path is None:
        message = f"`extends` leads outside the repository: {shown(reference)}"
        advice = "extend a file of the repository, or give the outside guide with --guide PATH"
        raise document.mistake(message, ("extends",), advice)
    if path in seen:
        message = f"`extends` goes in a circle: {' -> '.join([*seen, path])}"
        raise document.mistake(message, ("extends",), f'let one extend "{DEFAULT_GUIDE}"')
    if len(seen) >= LONGEST_CHAIN:
        message = f"more than {LONGEST_CHAIN} files extend each other"
        raise document.mistake(message, ("extends",), "put some of them together")
    text = files.read(path)
    if text is None:
        close = nearest(reference, BUILT_IN)
        advice = f'did you mean "{close}"?' if close else "give a guide's name or a file's path"
        message = f"`extends` names no guide and no file: {shown(reference)}"
        raise document.mistake(message, ("extends",), advice)
    return ConfigFile(path=path, text=text, files=files)


def _shared(layer: Layer) -> Layer:
    return Layer(document=layer.document, files=layer.files, is_shared=True)
