"""The jobs that a matrix makes, by the rules of GitHub's `strategy.matrix`."""

from collections.abc import Sequence as Items
from itertools import islice, product

from autodevops.facts._yaml_nodes import Mapping, Node, Scalar, Sequence, items_of
from autodevops.model.patterns import regex

MAX_JOBS = 256
"""Most jobs that GitHub makes of one matrix."""

Combination = dict[str, str]
"""The values of one job by key."""

_EXPRESSION = regex(r"\$\{\{\s{0,9}(.{0,500}?)\s{0,9}\}\}")
_MATRIX_VALUE = regex(r"matrix\.([\w-]{1,100})((?:\.[\w-]{1,100}){0,5})")
_LONGEST_NAME = 100
_LONGEST_PART = 300
"""Characters of a name, or of a value in it, that are read: a name can hold a long value often."""


def check_names(job: str, name: str | None, strategy: Node | None) -> tuple[str, ...] | None:
    """Return the names under which a job's runs report; None when only a run can tell."""
    matrix = None if strategy is None else strategy.get("matrix")
    name = None if name is None else name[:_LONGEST_PART]
    if matrix is None:
        return (name or job,) if "${{" not in (name or "") else None
    combinations = expand(matrix)
    if combinations is None:
        return None
    names = [_named(job, name, combination) for combination in combinations]
    return None if None in names else tuple(dict.fromkeys(filter(None, names)))


def expand(matrix: Node) -> list[Combination] | None:
    """Return the combinations of a matrix; None when an expression makes them."""
    if not isinstance(matrix, Mapping):
        return None
    axes: dict[str, list[Combination]] = {}
    for key, values in matrix.entries():
        if key in ("include", "exclude"):
            if not isinstance(values, Sequence) or _is_computed(values):
                return None
        elif not isinstance(values, Sequence) or _is_computed(values):
            return None
        else:
            axes[key] = [_flat(key, value) for value in values.items]
    combinations = [
        {name: value for part in parts for name, value in part.items()}
        for parts in islice(product(*axes.values()), MAX_JOBS)
    ]
    kept = combinations if axes else []
    for unwanted in _entries(matrix.get("exclude")):
        kept = [one for one in kept if not unwanted.items() <= one.items()]
    return _included(kept, _entries(matrix.get("include")), set(axes))[:MAX_JOBS]


def _is_computed(values: Sequence) -> bool:
    return any(isinstance(value, Scalar) and "${{" in value.text for value in values.items)


def _entries(node: Node | None) -> list[Combination]:
    return [_flat("", item) for item in items_of(node)[:MAX_JOBS] if isinstance(item, Mapping)]


def _included(
    combinations: list[Combination], entries: Items[Combination], axes: set[str]
) -> list[Combination]:
    """Return the combinations with `include` applied.

    An entry is added to every combination whose original values it does not change; an entry that
    fits none becomes a job of its own.
    """
    original = [dict(combination) for combination in combinations]
    alone: list[Combination] = []
    for entry in entries:
        fits = False
        for combination, first in zip(combinations, original, strict=True):
            if all(first[key] == entry[key] for key in axes & entry.keys() & first.keys()):
                combination.update(entry)
                fits = True
        if not fits:
            alone.append(dict(entry))
    return combinations + alone


def _flat(key: str, value: Node) -> Combination:
    """Return a value by its dotted name; a mapping gives one for each of its keys."""
    if isinstance(value, Mapping):
        found: Combination = {}
        for name, inner in value.entries():
            found |= _flat(f"{key}.{name}" if key else name, inner)
        return found
    return {key: ", ".join(value.texts())}


def _named(job: str, name: str | None, values: Combination) -> str | None:
    # GitHub adds the values to any name that doesn't place them itself.
    if name is None or "${{" not in name:
        suffix = ", ".join(value for value in values.values() if value)
        return f"{name or job} ({suffix})"[:_LONGEST_NAME] if suffix else name or job
    text = name
    for found in _EXPRESSION.finditer(name):
        value = _MATRIX_VALUE.fullmatch(found[1])
        if value is None:
            return None
        text = text.replace(found[0], values.get(value[1] + value[2], "")[:_LONGEST_PART])
    return text[:_LONGEST_PART]
