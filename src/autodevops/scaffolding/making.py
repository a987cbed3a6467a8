"""Makes the repository beside where it goes, and puts it there in one step when all is well."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from msgspec import Struct

from autodevops.auditing import opened
from autodevops.errors import OutputError, UsageError
from autodevops.fixing.apply import write_edits
from autodevops.fixing.rendering import rendered
from autodevops.guide.files import CONFIG_FILES
from autodevops.guide.load import load_guide
from autodevops.guide.model import Guide
from autodevops.model.edit import Edit
from autodevops.model.report import Report
from autodevops.policy import rule_names
from autodevops.request import Request, clock
from autodevops.scaffolding.completing import complete
from autodevops.scaffolding.first_commit import NewRepository
from autodevops.scaffolding.folders import folder_documents
from autodevops.scaffolding.parts import Part, parts_of
from autodevops.scaffolding.rendering import filled, raw
from autodevops.scaffolding.values import Values, values_for
from autodevops.scaffolding.wishes import Wish

_WAIVER_DAYS = 30
_ATTEMPTS = 100
_PAUSE_SECONDS = 0.02


class Scaffold(Struct, frozen=True, kw_only=True):
    """What was made."""

    folder: Path
    """Where it is."""
    files: int
    """How many files it holds."""
    report: Report
    """What an audit says of it."""


def scaffold(
    folder: Path,
    wish: Wish,
    *,
    guide: str | None = None,
    git: bool = True,
    step: Callable[[str], None] = lambda _text: None,
) -> Scaffold:
    """Make a new repository in a folder that is not there yet or empty.

    Raises UsageError for a folder that can't be taken, and OutputError when making it failed;
    then nothing is left behind.
    """
    target = free_folder(folder)
    policy = load_guide(rule_names(), guide=guide).guide
    with _beside(target, wish.name) as top:
        repository = NewRepository(top)
        repository.begin(policy.branches.default)
        if git:
            repository.require_identity()
        step("writing files")
        write_edits(top, first_files(wish, policy, clock()))
        step("writing what the guide asks for")
        complete(top, guide, repository.take_all)
        if git:
            repository.commit(_subject(wish, policy))
        step("auditing")
        with opened(Request(target=str(top), offline=True, guide=guide)) as found:
            report = found.audit().report
            files = len(found.snapshot.by_path)
        if not git:
            shutil.rmtree(top / ".git")
        _put(top, target)
    return Scaffold(folder=target, files=files, report=report)


def free_folder(folder: Path) -> Path:
    """Return the folder's real path; raises UsageError when something is there."""
    here = _current_folder()
    place = here / folder
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise UsageError(f"{folder} is there and no folder", advice="name a new folder")
    place = place.resolve()
    if place == here or place in here.parents:
        raise UsageError(
            f"{folder} is the folder that you are in", advice="name a new folder in it, or beside"
        )
    if place.exists() and any(place.iterdir()):
        raise UsageError(
            f"{folder} is not empty",
            advice="name a new folder; `autodevops init` and `fix` work on what is there",
        )
    if not place.parent.is_dir():
        raise UsageError(
            f"{folder.parent} is not there", advice=f"make it first: mkdir -p {folder.parent}"
        )
    return place


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as problem:
        raise UsageError(
            "the folder that you are in is gone", advice="go to one that is there"
        ) from problem


def first_files(wish: Wish, guide: Guide, now: datetime) -> Iterator[Edit]:
    """Yield what templates bring, before anything is audited."""
    values = values_for(wish, guide, now.year)
    for part in parts_of(wish, guide):
        content = _text(part, values, wish).encode()
        yield Edit(path=part.path, content=content, executable=part.executable)
    for path, text in folder_documents(wish, guide).items():
        yield Edit(path=path, content=text.encode())
    last = (now + timedelta(days=_WAIVER_DAYS)).date().isoformat()
    settings = rendered("autodevops.toml.j2", services=list(wish.services), expires=last)
    yield Edit(path=CONFIG_FILES[0], content=settings.encode())


def _text(part: Part, values: Values, wish: Wish) -> str:
    if not part.template:
        return ""
    if part.template.endswith(".json"):
        # A lock's name is that of the package it locks.
        return raw(part.template).replace('"placeholder-', f'"{wish.slug}-')
    if not part.template.endswith(".j2"):
        return raw(part.template)
    return filled(part.template, {**values, **dict(part.more)}).strip("\n") + "\n"


def _subject(wish: Wish, guide: Guide) -> str:
    types = guide.commits.types
    kind = "feat" if "feat" in types else types[0]
    return f"{kind}: begin {wish.name} by the structure guide"


@contextmanager
def _beside(target: Path, name: str) -> Iterator[Path]:
    """Give an empty folder of that name near the target, and leave nothing of it."""
    outer = target.parent / f".autodevops-{token_hex(8)}"
    try:
        outer.mkdir(mode=0o700)
        inner = outer / name
        inner.mkdir()
        yield inner
    except OSError as error:
        raise OutputError(
            f"could not make {target}: {error.strerror}", advice="nothing was made"
        ) from error
    finally:
        _remove(outer)


def _remove(folder: Path) -> None:
    """Remove a folder, also while a git that was interrupted still writes into it."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE_SECONDS)


def _put(top: Path, target: Path) -> None:
    """Put the finished folder in its place; one that is there by now stays as it is."""
    top.rename(target)  # only ever replaces an empty folder
