"""Alert rules, recording rules and receivers in a YAML document, told by their content."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._secrets.words import is_placeholder, is_reference
from autodevops.facts._yaml import Node, Scalar
from autodevops.facts._yaml_nodes import Mapping, items_of
from autodevops.model.patterns import regex

_RUNBOOK = regex(r"run_?book|playbook", re.IGNORECASE)
_CALLING = {
    "pagerduty": ("routing_key", "service_key", "routing_key_file", "service_key_file",
                  "integrationKey"),
    "opsgenie": ("api_key", "api_key_file", "apiKey"),
}  # fmt: skip
_MAX_DEPTH = 30


class Alert(NamedTuple):
    """One alert."""

    name: str
    """Its name."""
    line: int
    """1-based line."""
    runbook: str | None
    """Where it sends its reader; None without a link."""


class Receiver(NamedTuple):
    """One receiver of alerts."""

    name: str
    """Its name."""
    line: int
    """1-based line."""
    product: str | None
    """Product that calls somebody; None when it is of another kind."""
    fault: str | None
    """What is wrong with its key; None when it is none, or a reference."""


class Alarm(NamedTuple):
    """What one file says about alerts."""

    alerts: tuple[Alert, ...]
    """Alerts that it defines."""
    recorded: tuple[str, ...]
    """Metrics that its recording rules make."""
    receivers: tuple[Receiver, ...]
    """Receivers that it defines."""
    routed: frozenset[str] | None
    """Names of receivers that its routes lead to; None when it has no routes."""
    routes_line: int
    """1-based line of its routes."""


def read_alarm(documents: tuple[Node, ...], products: tuple[str, ...]) -> Alarm:
    """Return what the documents of a file say about alerts."""
    alerts: list[Alert] = []
    recorded: list[str] = []
    receivers: list[Receiver] = []
    routed: set[str] | None = None
    line = 1
    for root in documents:
        groups = root.get("groups") or root.path("spec", "groups")
        for rule in _rules(groups):
            record = _text(rule.get("record"))
            if record:
                recorded.append(record)
            else:
                alerts += _alert(rule)
        routes = root.get("route") or root.path("spec", "route")
        if routes is not None:
            line = routes.line
            routed = {*(routed or ()), *_routed(routes, 0)}
        policies = root.get("policies")
        for policy in items_of(policies):
            line = policies.line if policies is not None else 1
            routed = {*(routed or ()), *_routed(policy, 0)}
        receivers += _receivers(root, products)
    return Alarm(
        alerts=tuple(alerts),
        recorded=tuple(recorded),
        receivers=tuple(receivers),
        routed=None if routed is None else frozenset(routed),
        routes_line=line,
    )


def _text(node: Node | None) -> str | None:
    return None if node is None else node.as_text


def _rules(groups: Node | None) -> Iterator[Node]:
    for group in items_of(groups):
        yield from items_of(group.get("rules"))


def _alert(rule: Node) -> Iterator[Alert]:
    """Yield the alert of a rule: Prometheus's `alert`, or a provisioned one of Grafana."""
    name = rule.get("alert") or (rule.get("title") if rule.get("condition") is not None else None)
    title = _text(name)
    if name is None or title is None:
        return
    runbook = None
    for part in ("annotations", "labels"):
        for pair in _pairs(rule.get(part)):
            value = _text(pair[1])
            if _RUNBOOK.search(pair[0]) and value:
                runbook = runbook or value
    yield Alert(title, name.line, runbook)


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Mapping):
        for pair in node.pairs:
            key = _text(pair.key)
            if key is not None:
                yield key, pair.value


def _routed(route: Node, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    receiver = _text(route.get("receiver"))
    if receiver:
        yield receiver
    for child in items_of(route.get("routes")):
        yield from _routed(child, depth + 1)


def _receivers(root: Node, products: tuple[str, ...]) -> Iterator[Receiver]:
    for receiver in items_of(root.get("receivers") or root.path("spec", "receivers")):
        name = _text(receiver.get("name")) or ""
        kind, fault = _calling(receiver, products, root.get("global"))
        yield Receiver(name, receiver.line, kind, fault)
    for point in items_of(root.get("contactPoints")):
        name = _text(point.get("name")) or ""
        kind = fault = None
        for one in items_of(point.get("receivers")):
            for product in products:
                if (_text(one.get("type")) or "").lower() == product.lower():
                    settings = one.get("settings") or one.get("secureSettings")
                    kind, fault = product, _fault(settings, product, None)
        yield Receiver(name, point.line, kind, fault)


def _calling(
    receiver: Node, products: tuple[str, ...], shared: Node | None
) -> tuple[str | None, str | None]:
    """Return the product that a receiver calls somebody with, and what is wrong with its key."""
    faulty: tuple[str | None, str | None] = (None, None)
    for key, configs in _pairs(receiver):
        for product in products:
            if not key.lower().startswith(product.lower()) and not (
                key == "webhook_configs" and product.lower() in _urls(configs)
            ):
                continue
            for config in items_of(configs):
                fault = None if key == "webhook_configs" else _fault(config, product, shared)
                if fault is None:
                    return product, None
                faulty = (product, fault)
    return faulty


def _urls(configs: Node) -> str:
    return " ".join(_text(config.get("url")) or "" for config in items_of(configs)).lower()


def _fault(  # noqa: PLR0911 - one answer for each way to write a key
    settings: Node | None, product: str, shared: Node | None
) -> str | None:
    """Return what is wrong with the key in a product's settings."""
    keys = _CALLING.get(product.lower(), ("key", "token", "url"))
    for key, value in _pairs(settings):
        if key not in keys and not key.lower().endswith(("key", "token", "keyfile", "_file")):
            continue
        if not isinstance(value, Scalar):
            return None
        text = value.text
        if key.lower().endswith("file") or is_reference(text):
            return None
        if not text.strip():
            return f"its {key} is empty"
        if is_placeholder(text) or re.fullmatch(r"[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)", text):
            return f"its {key} is a placeholder"
        return None
    if any(key.startswith(product.lower()) for key, _ in _pairs(shared)):
        return None
    return "it has no key"
