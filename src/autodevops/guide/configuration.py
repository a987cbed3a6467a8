"""What the files of a chain say about the audit itself: rules, severities, waivers, baseline."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct, field

from autodevops.errors import ConfigurationError
from autodevops.guide.check import shown
from autodevops.guide.files import Files
from autodevops.guide.layers import Layer, Merged
from autodevops.guide.names import ALL, RuleNames
from autodevops.guide.positions import KeyPath
from autodevops.guide.settings import Threshold
from autodevops.guide.waivers import Waiver
from autodevops.model.finding import Severity


class BaselineFile(Struct, frozen=True, kw_only=True):
    """The baseline that a configuration names."""

    path: str
    """From the repository's root for a repository's own file, else on disk."""
    files: Files
    """Where it is read from."""
    source: str
    """The place that names it, as `file:line`."""


class Configuration(Struct, frozen=True, kw_only=True):
    """How the audit is run and judged, apart from the policy."""

    select: tuple[str, ...] = ()
    """Selectors of the rules that are asked; empty for all."""
    ignore: tuple[str, ...] = ()
    """Selectors of the rules that are left out."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Severities that the files set, by rule id."""
    fail_on: Threshold | None = None
    """From which severity on findings fail a run, when a file says so."""
    baseline: BaselineFile | None = None
    """Accepted findings, when a file names them."""
    waivers: tuple[Waiver, ...] = ()
    """In the order of the chain, shared guides first."""
    locked: frozenset[str] = frozenset()
    """Ids of rules that a guide keeps on."""


def configuration(
    layers: tuple[Layer, ...], merged: Merged, names: RuleNames, locked: frozenset[str]
) -> Configuration:
    """Return what the chain says; raises ConfigurationError for a rule that there is not."""
    for layer in layers:
        _require_known(layer, names)
    tables = merged.tables
    return Configuration(
        select=tuple(tables.get("select", ())),
        ignore=tuple(tables.get("ignore", ())),
        severities=severities(layers, names),
        fail_on=Threshold(tables["fail-on"]) if "fail-on" in tables else None,
        baseline=_baseline(layers),
        waivers=tuple(waiver for layer in layers for waiver in waivers_of(layer, names)),
        locked=locked,
    )


def severities(layers: tuple[Layer, ...], names: RuleNames) -> dict[str, Severity]:
    """Return the severities that the files set: of one file the closest name, of all the last."""
    found: dict[str, Severity] = {}
    for layer in layers:
        table = layer.document.tables.get("severity", {})
        closest: dict[str, tuple[int, Severity]] = {}
        for selector, severity in table.items():
            for rule_id in names.matching(selector):
                candidate = (names.weight(selector, rule_id), Severity(severity))
                if candidate[0] >= closest.get(rule_id, (0, candidate[1]))[0]:
                    closest[rule_id] = candidate
        found |= {rule_id: severity for rule_id, (_, severity) in closest.items()}
    return found


def waivers_of(layer: Layer, names: RuleNames) -> Iterator[Waiver]:
    """Yield the waivers of one file; raises ConfigurationError when one can't be understood."""
    for position, table in enumerate(layer.document.tables.get("waivers", ())):
        at: KeyPath = ("waivers", position)
        for key in ("rule", "subject", "expires"):
            if key not in table:
                advice = "a waiver has rule, subject, reason and expires"
                raise layer.document.mistake(f"the waiver lacks `{key}`", at, advice)
        rule_id = names.single(table["rule"])
        if rule_id is None:
            raise _no_rule(layer, (*at, "rule"), table["rule"], names, "a rule's id or slug")
        yield Waiver(
            rule=rule_id,
            subject=table["subject"],
            reason=table.get("reason", "").strip(),
            expires=_day(table["expires"]),
            path=table.get("path"),
            approved_by=table.get("approved_by"),
            file=layer.document.path,
            line=layer.document.line(at) or 1,
            inherited=layer.is_shared,
        )


def _day(value: Any) -> date:  # noqa: ANN401 - a checked TOML value
    return value if isinstance(value, date) else date.fromisoformat(value)


def _baseline(layers: tuple[Layer, ...]) -> BaselineFile | None:
    """Return the baseline of the last file that names one."""
    named = [layer for layer in layers if layer.files and "baseline" in layer.document.tables]
    if not named:
        return None
    document, files = named[-1].document, named[-1].files
    reference = document.tables["baseline"]
    path = None if files is None else files.resolve(document.path, reference)
    if files is None or path is None:
        message = f"`baseline` leads outside the repository: {shown(reference)}"
        advice = "keep the baseline inside the repository, or name one with --baseline PATH"
        raise document.mistake(message, ("baseline",), advice)
    source = f"{document.path}:{document.line(('baseline',))}"
    return BaselineFile(path=path, files=files, source=source)


def _require_known(layer: Layer, names: RuleNames) -> None:
    """Raise for the first selector of a file that names no rule."""
    tables = layer.document.tables
    lists: list[tuple[KeyPath, list[str]]] = [
        ((key,), tables.get(key, []))
        for key in ("select", "extend-select", "ignore", "extend-ignore")
    ]
    lists.append((("lock", "rules"), tables.get("lock", {}).get("rules", [])))
    for path, selectors in lists:
        for position, selector in enumerate(selectors):
            _require(layer, (*path, position), selector, names)
    for selector in tables.get("severity", {}):
        _require(layer, ("severity", selector), selector, names)


def _require(layer: Layer, at: KeyPath, selector: str, names: RuleNames) -> None:
    if selector.upper() != ALL and not names.matching(selector):
        raise _no_rule(layer, at, selector, names, "a rule's id, family or slug")


def _no_rule(
    layer: Layer, at: KeyPath, name: str, names: RuleNames, wanted: str
) -> ConfigurationError:
    close = names.nearest(name)
    advice = f"did you mean {close}?" if close else "`autodevops rules` lists them all"
    return layer.document.mistake(f"{shown(name)} is not {wanted}", at, advice)
