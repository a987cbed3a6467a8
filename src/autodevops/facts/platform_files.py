"""Configuration files of hosting platforms: Railway, Vercel, Fly, Render and the like."""

from collections.abc import Iterator
from posixpath import join, normpath

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._toml_lines import Keys, Setting, Settings, read_toml, read_tree
from autodevops.facts.dockerfiles import is_judged
from autodevops.guide.model import InfrastructurePolicy, matches_any
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_RAILWAY = frozenset({"railway.toml", "railway.json"})
_FURTHER = regex(r"fly\.[\w-]+\.toml|pulumi(?:\.[\w-]+)?\.ya?ml|railway\.[\w-]+\.(?:toml|json)")
_HEALTH = regex(
    r"^(?:healthcheckPath|healthCheckPath|health_check_path|healthcheck|healthCheck|health_check"
    r"|http_checks|tcp_checks|checks)$"
)
_BRANCH_KEYS = frozenset({"branch", "deployBranch", "deploy_branch", "sourceBranch"})
_PREVIEWS = ("preview", "staging", "pr", "development", "dev")
_BACKGROUND = ("worker", "cron", "queue", "scheduler")
_LIMIT = 1 << 18
_COMMENT = regex(r"(?m)^[ \t]*//.*$")
_SERVED = regex(r"(?:^|/)(?:public|static|assets)/")
"""Folders of what a website hands out as it is: data, whatever it is called."""


class PlatformService(Struct, frozen=True, kw_only=True):
    """One service that a platform file deploys."""

    name: str
    """Its name in the file; empty where the file is about one service."""
    dockerfile: str | None
    """Dockerfile that it names, relative to the root."""
    has_health_check: bool
    """Whether the platform asks for its health."""
    is_scheduled: bool
    """Whether it runs on a timer and ends."""
    line: int
    """1-based line."""

    @property
    def answers_requests(self) -> bool:
        """Tell whether it can be asked for its health over HTTP, as far as its name tells."""
        name = self.name.lower()
        return not (self.is_scheduled or any(word in name for word in _BACKGROUND))


class PlatformFile(Struct, frozen=True, kw_only=True):
    """One platform file."""

    path: str
    """Where it lies."""
    settings: Settings
    """What it says."""
    services: tuple[PlatformService, ...]
    """What it deploys."""

    @property
    def is_railway(self) -> bool:
        """Tell whether it is Railway's."""
        return basename(self.path).startswith("railway.")

    @property
    def branches(self) -> tuple[Setting, ...]:
        """Return the settings that name the branch to deploy; those of previews are left out."""
        return tuple(
            one
            for one in self.settings.values
            if one.name in _BRANCH_KEYS
            and not any(key.lower().startswith(_PREVIEWS) for key in one.keys[:-1])
        )


class PlatformFiles(Struct, frozen=True):
    """Every platform file."""

    files: tuple[PlatformFile, ...]
    """By path."""

    @property
    def railway(self) -> tuple[PlatformFile, ...]:
        """Return Railway's files."""
        return tuple(file for file in self.files if file.is_railway)


@fact
def platform_files(snapshot: Snapshot, policy: InfrastructurePolicy) -> PlatformFiles:
    """Read the platform files; those of tests, documents and templates are left out."""
    found = []
    for entry in snapshot.entries:
        name = basename(entry.path).lower()
        if entry.kind is not EntryKind.FILE or not is_platform_file(name, policy):
            continue
        if not name.endswith((".toml", ".json", ".jsonc", ".yaml", ".yml")):
            continue
        if not is_judged(entry.path) or _SERVED.search(entry.path) is not None:
            continue
        text = snapshot.text(entry.path, _LIMIT)
        if text is not None:
            settings = _read(name, text)
            services = tuple(_services(entry.path, settings))
            found.append(PlatformFile(path=entry.path, settings=settings, services=services))
    return PlatformFiles(tuple(found))


def is_platform_file(name: str, policy: InfrastructurePolicy) -> bool:
    """Tell whether a file name, in lower case, is a platform's."""
    return (
        name in _RAILWAY
        or matches_any(policy.root_files, name)
        or _FURTHER.fullmatch(name) is not None
    )


def _read(name: str, text: str) -> Settings:
    if name.endswith(".toml"):
        return read_toml(text)
    return read_tree(_COMMENT.sub("", text) if name.endswith((".json", ".jsonc")) else text)


def _services(path: str, settings: Settings) -> Iterator[PlatformService]:
    """Yield the services of a file: those of a `services` table or list, or the file's one."""
    groups: dict[Keys, list[Setting]] = {}
    for setting in settings.values:
        listed = setting.keys[:1] == ("services",) and len(setting.keys) > 2  # noqa: PLR2004
        groups.setdefault(setting.keys[:2] if listed else (), []).append(setting)
    shared = groups.pop((), [])
    if not groups and shared:
        yield _service(path, "", shared)
    for keys, group in groups.items():
        names = [one.value for one in group if one.keys[2:] == ("name",)]
        fallback = "" if keys[1].isdecimal() else keys[1]
        yield _service(path, names[0] if names else fallback, group)


def _service(path: str, name: str, group: list[Setting]) -> PlatformService:
    files = [one.value for one in group if one.name in {"dockerfilePath", "dockerfile"}]
    return PlatformService(
        name=name,
        dockerfile=_resolved(path, files[0]) if files else None,
        has_health_check=any(_HEALTH.match(key) and one.value for one in group for key in one.keys),
        is_scheduled=any(one.name in {"cronSchedule", "schedule", "cron"} for one in group),
        line=group[0].line,
    )


def _resolved(path: str, written: str) -> str:
    """Return the Dockerfile that a platform file names; Railway counts from the root."""
    if basename(path).startswith("railway."):
        return normpath(written.lstrip("/"))
    return normpath(join(path.rpartition("/")[0], written))
