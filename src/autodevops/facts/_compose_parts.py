"""What one compose file says about its services, with lines."""

import re
from collections.abc import Iterator
from posixpath import join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.model.patterns import regex

_DEFAULT = regex(r"\$\{[A-Za-z_]\w*(?::?-([^{}]*))?\}|\$[A-Za-z_]\w*")


class Variable(NamedTuple):
    """One environment variable of a service."""

    name: str
    """Name."""
    value: str | None
    """As written; None when it is taken from the shell or an `.env` file."""
    line: int
    """1-based line."""


class Port(NamedTuple):
    """One published port."""

    host: str
    """Address on the host; empty for all interfaces."""
    published: str
    """Port on the host; empty when Docker picks one."""
    target: str
    """Port in the container."""
    line: int
    """1-based line."""


class Build(NamedTuple):
    """How a service's image is built."""

    context: str | None
    """Folder relative to the repository's root; None for a URL or an unknown variable."""
    dockerfile: str | None
    """Path relative to the root; None when it is inline or not known."""
    target: str
    """Stage; empty for the last one."""
    line: int
    """1-based line of the context."""
    dockerfile_line: int
    """1-based line of the Dockerfile's name."""


class Health(NamedTuple):
    """A health check in a compose file."""

    test: tuple[str, ...]
    """The command, with `CMD` or `CMD-SHELL` first; empty when only its times are set."""
    disabled: bool
    """Whether it turns the image's check off."""
    line: int
    """1-based line."""


class ComposeService(Struct, frozen=True, kw_only=True):
    """One service of one compose file."""

    name: str
    """Key under `services`."""
    path: str
    """The compose file."""
    line: int
    """1-based line of the key."""
    image: str | None
    """Image as written."""
    build: Build | None
    """How it is built, if it is."""
    ports: tuple[Port, ...]
    """What it publishes."""
    environment: tuple[Variable, ...]
    """What it sets."""
    has_env_file: bool
    """Whether more variables come from files."""
    health: Health | None
    """Its own health check."""
    command: tuple[str, ...]
    """Its own command: the words of the list, or one shell line; empty without one."""
    command_line: int
    """1-based line of the command, or of the service."""
    entrypoint: tuple[str, ...]
    """Its own entry point, as the command."""
    volumes: tuple[str, ...]
    """Mounts in short form, as written."""
    restart: str
    """Restart policy; empty without one."""
    extends: bool
    """Whether it takes more from another service."""


def read_services(path: str, root: _yaml.Node | None) -> Iterator[ComposeService]:
    """Yield the services of a compose file."""
    listed = None if root is None else root.get("services")
    if isinstance(listed, _yaml.Mapping):
        for name, node in listed.entries():
            if isinstance(node, _yaml.Mapping):
                yield _service(path, name, node, listed.key_line(name))


def default_of(value: str) -> str | None:
    """Return a value with its interpolations replaced by their defaults; None without one."""
    missing = False

    def replaced(found: re.Match[str]) -> str:
        nonlocal missing
        missing |= found[1] is None
        return found[1] or ""

    text = _DEFAULT.sub(replaced, value.replace("$$", "\0"))
    return None if missing else text.replace("\0", "$")


def is_interpolated(value: str) -> bool:
    """Tell whether a value takes any part of itself from the environment."""
    return _DEFAULT.search(value.replace("$$", "")) is not None


def _service(path: str, name: str, node: _yaml.Mapping, line: int) -> ComposeService:
    command = node.get("command")
    restart = node.get("restart")
    image = node.get("image")
    return ComposeService(
        name=name,
        path=path,
        line=line,
        image=None if image is None else image.as_text,
        build=_build(path, node),
        ports=tuple(_ports(node.get("ports"))),
        environment=tuple(_environment(node.get("environment"))),
        has_env_file=node.get("env_file") is not None,
        health=_health(node),
        command=() if command is None else command.texts(),
        command_line=line if command is None else command.line,
        entrypoint=_texts(node.get("entrypoint")),
        volumes=tuple(_volumes(node.get("volumes"))),
        restart=(restart.as_text or "") if restart is not None else "",
        extends=node.get("extends") is not None,
    )


def _texts(node: _yaml.Node | None) -> tuple[str, ...]:
    return () if node is None else node.texts()


def _build(path: str, service: _yaml.Mapping) -> Build | None:
    node = service.get("build")
    if node is None:
        return None
    folder = path.rpartition("/")[0]
    if not isinstance(node, _yaml.Mapping):
        context = _inside(folder, node.as_text or ".")
        dockerfile = None if context is None else _relative(context, "Dockerfile")
        return Build(context, dockerfile, "", node.line, node.line)
    context_node, file_node = node.get("context"), node.get("dockerfile")
    context = _inside(folder, (context_node and context_node.as_text) or ".")
    named = (file_node and file_node.as_text) or "Dockerfile"
    inline = node.get("dockerfile_inline") is not None
    text = None if inline else default_of(named)
    known = context is not None and text is not None and not text.startswith("/")
    target = _texts(node.get("target"))
    return Build(
        context=context,
        dockerfile=_relative(context or "", text or "") if known else None,
        target=(default_of(target[0]) or "") if target else "",
        line=(context_node or node).line,
        dockerfile_line=(file_node or context_node or node).line,
    )


def _inside(folder: str, written: str) -> str | None:
    """Return a path relative to the root, "" for it; None for URLs and what is outside."""
    text = default_of(written)
    if text is None or "://" in text or text.startswith(("/", "~", "git@", "github.com/")):
        return None
    return _relative(folder, text)


def _relative(folder: str, text: str) -> str | None:
    path = normpath(join(folder, text))
    if path == ".." or path.startswith("../"):
        return None
    return "" if path == "." else path


def _ports(node: _yaml.Node | None) -> Iterator[Port]:
    for item in _yaml.items_of(node):
        if isinstance(item, _yaml.Mapping):
            values = [_texts(item.get(key)) for key in ("host_ip", "published", "target")]
            host, published, target = (value[0] if value else "" for value in values)
            yield Port(host, published, target, item.line)
        elif (text := item.as_text) is not None:
            body = (default_of(text) or text).partition("/")[0]
            rest, _, target = body.rpartition(":")
            host, colon, published = rest.rpartition(":")
            yield Port(host if colon else "", published, target, item.line)


def _environment(node: _yaml.Node | None) -> Iterator[Variable]:
    if isinstance(node, _yaml.Mapping):
        for name, value in node.entries():
            yield Variable(name, value.as_text, value.line)
    elif isinstance(node, _yaml.Sequence):
        for item in node.items:
            name, equals, text = (item.as_text or "").partition("=")
            if name:
                yield Variable(name, text if equals else None, item.line)


def _health(service: _yaml.Mapping) -> Health | None:
    node = service.get("healthcheck")
    if not isinstance(node, _yaml.Mapping):
        return None
    test, off = node.get("test"), node.get("disable")
    words = _texts(test)
    if isinstance(test, _yaml.Scalar) and words:
        words = ("CMD-SHELL", *words)
    disabled = (isinstance(off, _yaml.Scalar) and off.value is True) or words[:1] == ("NONE",)
    return Health(words, disabled, service.key_line("healthcheck"))


def _volumes(node: _yaml.Node | None) -> Iterator[str]:
    for item in _yaml.items_of(node):
        if isinstance(item, _yaml.Mapping):
            source, target = _texts(item.get("source")), _texts(item.get("target"))
            yield f"{''.join(source)}:{''.join(target)}"
        elif (text := item.as_text) is not None:
            yield text
