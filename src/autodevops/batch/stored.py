"""The results of a run as a sequence that is read from disk, one at a time."""

from collections.abc import Iterator, Sequence
from typing import overload

from autodevops.batch.folder import Run
from autodevops.errors import OutputError
from autodevops.model.report import Result
from autodevops.render.saved import read_reports


class StoredResults(Sequence[Result]):
    """One result a target, in the order of the list; nothing is kept in memory."""

    def __init__(self, run: Run) -> None:
        """Read from this run."""
        self._run = run

    def __len__(self) -> int:
        return len(self._run.plan.targets)

    def __iter__(self) -> Iterator[Result]:
        return (self._at(number) for number in range(len(self)))

    @overload
    def __getitem__(self, at: int) -> Result: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Result]: ...
    def __getitem__(self, at: int | slice) -> Result | Sequence[Result]:
        if isinstance(at, slice):
            return tuple(self._at(number) for number in range(len(self))[at])
        return self._at(range(len(self))[at])

    def documents(self) -> Iterator[str]:
        """Yield each report as the text that is on disk."""
        for number in range(len(self)):
            yield self._content(number).decode()

    def _at(self, number: int) -> Result:
        path = self._run.path_of(number)
        return read_reports(self._content(number), str(path))[0]

    def _content(self, number: int) -> bytes:
        path = self._run.path_of(number)
        try:
            return path.read_bytes()
        except OSError as problem:
            raise OutputError(
                f"the report {path} can't be read any more: {problem.strerror or problem}",
                advice="run the batch again with --resume",
            ) from problem
