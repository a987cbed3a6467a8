"""The ports that images, compose files and start commands give to the guide's services."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._docker_stages import Dockerfile
from autodevops.facts._line_counter import LineCounter
from autodevops.facts._node_packages import read_node_package
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts._unit_names import is_no_service, service_of
from autodevops.facts.compose import Compose, ComposeService, default_of
from autodevops.facts.dockerfiles import Dockerfiles, for_development
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ContainerPolicy, Service, ServicePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_FLAG = regex(
    r"(?:--port|-p|(?<![\w-])PORT|--bind|-b|--listen)[=\s]{1,3}[\"']?(?:[\w.\[\]*]{0,60}:)?"
    r"(?:\$\{PORT:-?)?(\d{2,5})\b"
)
_PYTHON_SERVER = regex(r"\b(?:uvicorn|gunicorn|hypercorn|fastapi|granian|daphne)\b")
_NODE_SERVER = regex(r"\bnext\b|\bserver\.js\b")
_RUN = regex(r"\buvicorn\.run\([^)]{0,300}?\bport\s{0,3}=\s{0,3}(\d{2,5})\b")
_START = regex(r"[ \t]{0,20}\"?startCommand\"?\s{0,9}[=:]\s{0,9}(.{1,500})")
_PROCESS = regex(r"([\w-]{1,40}):\s{0,9}(.{1,500})")
_STARTING = frozenset({"CMD", "ENTRYPOINT"})
_MODULES = frozenset({"main.py", "__main__.py", "app.py", "server.py", "run.py", "asgi.py"})


class PortSetting(NamedTuple):
    """One place that says where a service listens."""

    service: Service
    """The service."""
    ports: tuple[int, ...]
    """The ports, as the container or the process sees them."""
    subject: str
    """The file, with the service behind `#` in compose files."""
    path: str
    """The file."""
    line: int | None
    """1-based line."""
    what: str
    """What says it, such as `EXPOSE`."""


class Ports(Struct, frozen=True, kw_only=True):
    """Every such place of a service that has a port in the guide."""

    settings: tuple[PortSetting, ...]
    """By path and line."""


@fact
def ports(
    snapshot: Snapshot,
    services: Services,
    index: PathIndex,
    dockerfiles: Dockerfiles | NotApplicable,
    compose: Compose | NotApplicable,
    policy: ServicePolicy,
    containers: ContainerPolicy,
) -> Ports | NotApplicable:
    """Read images, compose files, start scripts, platform files and `uvicorn.run`."""
    present = {service.name for service in services.of_code if service.port}
    if not present:
        return NotApplicable(reason="there is neither an API nor a frontend")
    found: list[PortSetting] = []
    if isinstance(dockerfiles, Dockerfiles):
        for image in dockerfiles.files:
            service = None if for_development(image.path) else _of_image(image, policy, containers)
            found += _of_dockerfile(image, service) if service else ()
    if isinstance(compose, Compose):
        for file, unit in compose.services():
            if not file.for_tests:
                found += _of_unit(unit, policy)
    found += _scripts(snapshot, policy)
    found += _platform_files(snapshot, index, policy)
    found += _python(snapshot, index, policy)
    known = (one for one in found if one.service.name in present and one.ports)
    return Ports(settings=tuple(sorted(known, key=lambda one: (one.path, one.line or 0, one.what))))


def _of_image(
    image: Dockerfile, policy: ServicePolicy, containers: ContainerPolicy
) -> Service | None:
    """Return the service that an image is for: by the guide, its name, or what it starts."""
    for wanted in containers.dockerfiles:
        if wanted.path == image.path and len(wanted.services) == 1:
            return policy.find(wanted.services[0])
    suffix = image.name.lower().replace("dockerfile", "").strip(".-_")
    if suffix or image.folder:
        return service_of(policy, suffix, image.path)
    last = image.stages[-1].instructions
    return _by_program(" ".join(one.rest for one in last if one.name in _STARTING), policy)


def _by_program(command: str, policy: ServicePolicy) -> Service | None:
    if _PYTHON_SERVER.search(command):
        return policy.find("api")
    return policy.find("frontend") if _NODE_SERVER.search(command) else None


def _of_dockerfile(image: Dockerfile, service: Service) -> Iterator[PortSetting]:
    for step in image.walk(image.stages[-1]):
        one = step.instruction
        found: tuple[int, ...] = ()
        what = one.name
        if one.name == "EXPOSE":
            found = tuple(_numbers(word.text for word in one.words))
        elif one.name == "ENV":
            found = tuple(
                _numbers(value or "" for name, value, _ in one.settings if name == "PORT")
            )
            what = "ENV PORT"
        elif one.name in _STARTING:
            found = tuple(flags(" ".join(one.json) if one.json is not None else one.rest))
        yield PortSetting(service, found, image.path, image.path, one.line, what)


def _of_unit(unit: ComposeService, policy: ServicePolicy) -> Iterator[PortSetting]:
    build = unit.build
    paths = (build.dockerfile or "", build.context or "") if build else ()
    service = service_of(policy, unit.name, *paths)
    foreign = build is None and unit.image is not None and not unit.command
    if service is None or foreign or is_no_service(unit.name):
        return
    subject = f"{unit.path}#{unit.name}"
    targets = tuple(_numbers(default_of(port.target) or "" for port in unit.ports))
    line = unit.ports[0].line if unit.ports else unit.line
    yield PortSetting(service, targets, subject, unit.path, line, "ports")
    for variable in unit.environment:
        if variable.name == "PORT":
            found = tuple(_numbers([default_of(variable.value or "") or ""]))
            yield PortSetting(service, found, subject, unit.path, variable.line, "PORT")
    command = tuple(flags(" ".join(unit.command)))
    yield PortSetting(service, command, subject, unit.path, unit.command_line, "command")


def _scripts(snapshot: Snapshot, policy: ServicePolicy) -> Iterator[PortSetting]:
    for service in policy.of_code:
        manifest = read_node_package(snapshot, f"{service.folder}/package.json")
        if manifest is not None and "start" in manifest.scripts:
            found = tuple(flags(manifest.scripts["start"]))
            path, line = manifest.path, manifest.line_of("start")
            yield PortSetting(service, found, path, path, line, "the start script")


def _platform_files(
    snapshot: Snapshot, index: PathIndex, policy: ServicePolicy
) -> Iterator[PortSetting]:
    """Read the start commands of Railway's files and of a Procfile."""
    for name in ("railway.toml", "railway.json", "Procfile"):
        pattern = _PROCESS if name == "Procfile" else _START
        for path in index.named(name):
            text = (snapshot.text(path, CONFIG_LIMIT) or "") if is_own_source(path) else ""
            for number, line in enumerate(text.split("\n"), start=1):
                command = pattern.match(line)
                if command is None:
                    continue
                written = command[command.re.groups]
                service = _by_program(written, policy)
                if service is not None:
                    found = tuple(flags(written))
                    yield PortSetting(service, found, path, path, number, "the start command")


def _python(snapshot: Snapshot, index: PathIndex, policy: ServicePolicy) -> Iterator[PortSetting]:
    """Read `uvicorn.run(..., port=...)` in the modules that start an API."""
    api = policy.find("api")
    if api is None or api.folder is None:
        return
    for path in index.below(api.folder):
        if basename(path) not in _MODULES or not is_own_source(path):
            continue
        text = snapshot.text(path) or ""
        lines = LineCounter(text)
        for run in _RUN.finditer(text) if "uvicorn.run(" in text else ():
            line = lines.line_at(run.start())
            yield PortSetting(api, (int(run[1]),), path, path, line, "uvicorn.run")


def flags(command: str) -> Iterator[int]:
    """Yield the ports that a command line sets; a port from the environment is anybody's."""
    for found in _FLAG.finditer(command):
        yield int(found[1])


def _numbers(texts: Iterable[str]) -> Iterator[int]:
    for text in texts:
        number = text.strip("\"'").partition("/")[0]
        number = number.removeprefix("${PORT:-").removesuffix("}")
        if number.isdecimal():
            yield int(number[:5])
