"""Whether the guide's folders hold what they are for."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._node_packages import read_node_package
from autodevops.facts._path_kinds import is_vendored
from autodevops.facts._words import listed, words
from autodevops.facts.layout import TopFolder, TopLevel
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import DatabasePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Snapshot

_SOURCE = listed(
    ".py .ts .tsx .js .jsx .mjs .cjs .go .rs .java .kt .rb .php .cs .c .cc .cpp .swift .scala"
)
_WEB = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_REPORT_FOLDERS = words("coverage lcov-report htmlcov report reports artifacts dist")
_DASHBOARDS = (".json", ".jsonnet", ".libsonnet", ".yaml", ".yml", ".tf", ".cue")
_SHOWN = 20


class Misfit(NamedTuple):
    """What is wrong with a folder's contents."""

    subject: str
    """The folder, or the file in it."""
    message: str
    """What is wrong."""
    places: tuple[tuple[str, int | None], ...]
    """Paths, with a line where one is known; the main one first."""


class FolderContents(Struct, frozen=True, kw_only=True):
    """What does not fit its folder."""

    misfits: tuple[Misfit, ...]
    """In the guide's order of folders."""


@fact
def folder_contents(
    snapshot: Snapshot,
    index: PathIndex,
    top: TopLevel,
    services: Services,
    database: DatabasePolicy,
) -> FolderContents | NotApplicable:
    """Hold each of the guide's folders with a tangible purpose against its contents."""
    if not services.is_platform:
        return NotApplicable(reason=services.why_not_platform)
    judges = (
        ("app", _app),
        ("frontend", _frontend),
        ("workers", _workers),
        ("grafana", _grafana),
        ("ci", _ci),
    )
    misfits: list[Misfit] = []
    for name, judge in judges:
        folder = top.find(name)
        if folder is not None and not folder.is_empty:
            misfits += judge(snapshot, index, folder)
    folder = top.find(database.migrations.split("/")[0])
    if folder is not None and not folder.is_empty:
        misfits += _database(index, folder, database)
    return FolderContents(misfits=tuple(misfits))


def _app(snapshot: Snapshot, index: PathIndex, folder: TopFolder) -> Iterator[Misfit]:
    modules = [path for path in index.below("app") if path.endswith(".py")]
    # The application is made near the top, so look there first.
    modules.sort(key=lambda path: (path.count("/"), path))
    if not any("fastapi" in (snapshot.text(path) or "") for path in modules):
        yield _whole(folder, "app/ holds no FastAPI application")


def _frontend(snapshot: Snapshot, index: PathIndex, folder: TopFolder) -> Iterator[Misfit]:
    if any(path.rpartition("/")[2].startswith("next.config.") for path in index.below("frontend")):
        return
    if "next" not in _node_packages(snapshot, index, "frontend"):
        yield _whole(folder, "frontend/ holds no Next.js package")


def _workers(snapshot: Snapshot, index: PathIndex, folder: TopFolder) -> Iterator[Misfit]:
    packages = _node_packages(snapshot, index, "workers")
    if any(name == "bullmq" or name.startswith("bullmq-") for name in packages):
        return
    if "@taskforcesh/bullmq-pro" in packages:
        return
    sources = (path for path in index.below("workers") if path.endswith((*_WEB, ".py")))
    own = (path for path in sources if not is_vendored(path))
    if not any("bullmq" in (snapshot.text(path) or "") for path in own):
        yield _whole(folder, "workers/ holds no BullMQ processor")


def _database(index: PathIndex, folder: TopFolder, policy: DatabasePolicy) -> Iterator[Misfit]:
    place = policy.migrations.rstrip("/")
    if not any(path.endswith(".sql") for path in index.below(place)):
        yield Misfit(
            folder.name,
            f"{folder.name}/ holds no migrations in {place}/",
            ((folder.name, None), (place, None), *((path, None) for path in folder.shown)),
        )


def _grafana(snapshot: Snapshot, index: PathIndex, folder: TopFolder) -> Iterator[Misfit]:
    paths = index.below("grafana")
    if not any(path.endswith(_DASHBOARDS) for path in paths):
        yield _whole(folder, "grafana/ holds no dashboard definition")
    for path in paths:
        text = snapshot.text(path) if path.endswith(".json") else None
        if text is None:
            continue
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            message = f"{path} is not JSON that Grafana can load: {error.msg}"
            yield Misfit(path, message, ((path, error.lineno),))
        except (ValueError, RecursionError):
            yield Misfit(path, f"{path} is not JSON that Grafana can load", ((path, None),))


def _ci(_snapshot: Snapshot, index: PathIndex, folder: TopFolder) -> Iterator[Misfit]:
    sources = [
        path
        for path in index.below("ci")
        if path.endswith(_SOURCE) and _REPORT_FOLDERS.isdisjoint(path.split("/")[1:-1])
    ]
    if sources:
        more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
        yield Misfit(
            folder.name,
            f"ci/ is for what CI puts out, but holds source code: {sources[0]}{more}",
            tuple((path, None) for path in sources[:_SHOWN]),
        )


def _whole(folder: TopFolder, message: str) -> Misfit:
    return Misfit(
        folder.name, message, ((folder.name, None), *((path, None) for path in folder.shown))
    )


def _node_packages(snapshot: Snapshot, index: PathIndex, folder: str) -> frozenset[str]:
    """Return every package that a manifest below a folder depends on."""
    found: set[str] = set()
    for path in index.below(folder):
        if path.endswith("/package.json") and not is_vendored(path):
            manifest = read_node_package(snapshot, path)
            found |= frozenset() if manifest is None else manifest.every
    return frozenset(found)
