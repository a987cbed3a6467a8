"""Writes rendered reports to where they were asked for."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from autodevops.errors import OutputError, UsageError
from autodevops.model.report import Result
from autodevops.render.interface import (
    DEFAULT_WIDTH,
    Format,
    RenderOptions,
    format_named,
    render,
)
from autodevops.writing import write_whole

STDOUT = "-"
"""The path that means standard output."""


class Destination(Struct, frozen=True, kw_only=True):
    """One report asked for."""

    format: Format
    """The format."""
    path: str | None
    """File to write; None for standard output."""


def destinations(order: tuple[tuple[str, str], ...]) -> tuple[Destination, ...]:
    """Return the reports asked for by `--format` and `--output`, in the order of the command line.

    An output belongs to the format before it, or, when it comes first, to the next format. Without
    a format the report is text. Raises UsageError when two reports would share a destination.
    """
    reports: list[Destination] = []
    waiting: str | None = None
    for option, value in order:
        if option == "format":
            reports.append(Destination(format=format_named(value), path=waiting))
            waiting = None
        elif reports and reports[-1].path is None:
            reports[-1] = Destination(format=reports[-1].format, path=value)
        elif waiting is None:
            waiting = value
        else:
            raise UsageError(
                "there are more --output than --format options",
                advice="give each report its pair: --format sarif --output report.sarif",
            )
    if waiting is not None or not reports:
        reports.append(Destination(format=Format.TEXT, path=waiting))
    paths = [STDOUT if report.path is None else report.path for report in reports]
    if len(set(paths)) < len(paths):
        raise UsageError(
            "two reports would go to the same place",
            advice="give each but one of them its own --output PATH",
        )
    return tuple(reports)


def publish(
    results: Sequence[Result],
    wanted: Iterable[Destination],
    options: RenderOptions,
    views: str | None = None,
) -> None:
    """Write the results in every format asked for.

    `views` is what Markdown shows instead of the report.
    """
    for report, looks in in_turn(wanted, options):
        if views is not None and report.format is Format.MARKDOWN:
            write(views, report.path)
            continue
        write(render(results, report.format, looks), report.path)


def in_turn(
    wanted: Iterable[Destination], options: RenderOptions
) -> Iterator[tuple[Destination, RenderOptions]]:
    """Yield the reports asked for, each with how it looks; files first, standard output last.

    A report in a file has no colours and knows nothing of the screen.
    """
    plain = replace(options, color=False, unicode=True, width=DEFAULT_WIDTH, path_prefix="")
    for report in sorted(wanted, key=lambda one: one.path in {None, STDOUT}):
        yield report, options if report.path in {None, STDOUT} else plain


def write(text: str, path: str | None) -> None:
    """Write a report to a file, in one step, or to standard output.

    Raises OutputError when the file can't be written.
    """
    write_pieces([text], path)


def write_pieces(pieces: Iterable[str], path: str | None) -> None:
    """Write a report that comes in pieces, none of which is kept; otherwise like `write`."""
    if path is None or path == STDOUT:
        _to_stdout(pieces)
        return
    require_own_place(path)
    try:
        _to_file(pieces, Path(path))
    except OSError as error:
        raise OutputError(
            f"could not write {path}: {error.strerror or error}",
            advice="check that the folder exists, is writable and has room",
        ) from error


def require_own_place(path: str) -> None:
    """Raise OutputError when a link of a repository leads a file out of that repository.

    Whoever named the file meant the repository's folder; the link is not his word.
    """
    named = Path(path).absolute()
    for place in (named, *named.parents):
        if place.is_symlink():
            top = _repository_of(place.parent.resolve())
            if top is not None and not place.resolve().is_relative_to(top):
                raise OutputError(
                    f"could not write {path}: {place} is a link that leads out of its repository",
                    advice="remove the link, or name the place that it leads to",
                )


def _repository_of(folder: Path) -> Path | None:
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _to_stdout(pieces: Iterable[str]) -> None:
    if sys.stdout is None:
        raise OutputError("standard output is closed", advice="give a file instead: --output PATH")
    try:
        for piece in pieces:
            sys.stdout.buffer.write(_bytes(piece))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`, a pager) has seen enough; the verdict stands.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise OutputError(
            f"could not write to standard output: {error.strerror or error}",
            advice="give a file instead: --output PATH",
        ) from error


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="backslashreplace")


def _to_file(pieces: Iterable[str], path: Path) -> None:
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        # A device or a pipe such as /dev/stderr can't be replaced by renaming.
        with path.open("wb") as file:
            file.writelines(map(_bytes, pieces))
        return
    write_whole(path.resolve(), map(_bytes, pieces))
