"""The lists of what facts read, held against their source."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from autodevops.engine.needs import needed
from autodevops.facts._api import Provider
from autodevops.facts.catalog import FACTS
from autodevops.facts.reads import CONTENTS, HISTORY, SECRET_HISTORY, SETTINGS
from autodevops.rules.catalog import RULES
from autodevops.sources.github.shapes import WHOLE, Depth, Shape, shape_for

_OLD_CONTENTS = {"blobs", "patch_ids", "arrivals", "scan_history"}


def attributes(provider: Provider, *modules: ModuleType) -> set[str]:
    """Return the names of all attributes that a module's functions use."""
    found = inspect.getmodule(provider)
    assert found is not None
    return {
        node.attr
        for module in (found, *modules)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute)
    }


def modules_of_ours(provider: Provider) -> Iterator[ModuleType]:
    """Yield the modules without facts of their own that a provider's module imports from."""
    module = inspect.getmodule(provider)
    assert module is not None
    makers = {inspect.getmodule(maker) for maker in FACTS}
    pending, seen = [module], {module}
    while pending:
        for value in vars(pending.pop()).values():
            origin = inspect.getmodule(value) if callable(value) else None
            is_ours = origin is not None and origin.__name__.startswith("autodevops.facts.")
            if origin is not None and is_ours and origin not in seen | makers:
                seen.add(origin)
                pending.append(origin)
                yield origin


@pytest.mark.parametrize("provider", FACTS, ids=lambda provider: provider.__qualname__)
def test_who_reads_the_history_is_listed(provider: Provider) -> None:
    module = inspect.getmodule(provider)
    listed = {inspect.getmodule(one) for one in HISTORY}

    assert ("history" not in attributes(provider)) or module in listed


@pytest.mark.parametrize("provider", HISTORY, ids=lambda provider: provider.__qualname__)
def test_who_reads_old_contents_is_listed(provider: Provider) -> None:
    used = attributes(provider, *modules_of_ours(provider))

    assert not used & _OLD_CONTENTS or provider in CONTENTS


def test_the_lists_hold_facts_only() -> None:
    assert set(CONTENTS) <= set(HISTORY)
    assert set(SECRET_HISTORY) <= set(CONTENTS)
    assert {*HISTORY, *SETTINGS} <= set(FACTS)


def shape(*ids: str, secret_history: bool = True) -> Shape:
    """Return what these rules read; no ids stand for all rules."""
    questions = [rule.question for rule in RULES if not ids or rule.id in ids]
    return shape_for(questions, FACTS, secret_history=secret_history)


def test_shapes_follow_from_the_rules() -> None:
    assert shape() == WHOLE
    assert shape(secret_history=False) == Shape(Depth.CONTENTS)
    assert shape("SE002") == WHOLE
    assert shape("SE002", secret_history=False) == Shape(Depth.COMMITS)
    assert shape("BR003") == Shape(Depth.CONTENTS)
    assert shape("MR002") == Shape(Depth.COMMITS)
    assert shape("LA001", "WS001") == Shape(Depth.TIP)


def test_a_shape_holds_smaller_ones() -> None:
    assert WHOLE.holds(Shape(Depth.CONTENTS))
    assert not Shape(Depth.CONTENTS).holds(WHOLE)
    assert Shape(Depth.COMMITS).holds(Shape(Depth.TIP))


def test_every_rule_asks_for_facts_that_somebody_makes() -> None:
    by_rule = {rule.id: needed([rule.question], FACTS) for rule in RULES}

    assert by_rule["BR008"].intersection(SETTINGS)
    assert not by_rule["LA001"].intersection({*HISTORY, *SETTINGS})
