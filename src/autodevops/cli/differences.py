"""How differences look on a screen."""

from collections.abc import Iterable, Iterator

from autodevops.cli.screen import Screen
from autodevops.fixing.preview import Change, LineKind
from autodevops.render.escape import terminal

_STYLES = {
    LineKind.HEADER: "1",
    LineKind.PLACE: "36",
    LineKind.REMOVED: "31",
    LineKind.ADDED: "32",
    LineKind.SAME: "",
}


def differences(changes: Iterable[Change], screen: Screen) -> Iterator[str]:
    """Yield the lines of all changes, coloured and escaped, a blank one behind each change."""
    for change in changes:
        for line in change.lines:
            style = _STYLES[line.kind] if screen.color else ""
            # A tab is what a file is indented with and drives no terminal.
            shown = "\t".join(map(terminal, line.text.split("\t")))
            yield f"\x1b[{style}m{shown}\x1b[0m" if style else shown
        yield ""
