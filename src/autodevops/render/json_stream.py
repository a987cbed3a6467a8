"""The envelope of many JSON reports, written report by report as they lie on disk."""

from collections.abc import Iterable, Iterator

from autodevops.render.v1 import REPORTS

_HEAD = f'{{\n  "schema": "{REPORTS}",\n  "reports": ['
_INDENT = "    "


def envelope(reports: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of what `render_json` gives of these reports as a batch.

    Each is one whole JSON document as `render_json` writes it: a line end is never inside a text.
    """
    yield _HEAD
    between, end = "\n", "]\n}\n"
    for report in reports:
        lines = report.rstrip("\n").split("\n")
        yield between + "\n".join(f"{_INDENT}{line}" for line in lines)
        between, end = ",\n", "\n  ]\n}\n"
    yield end
