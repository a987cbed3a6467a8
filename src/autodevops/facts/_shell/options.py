"""What `set` and `trap` change about a shell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autodevops.facts._shell import tree
from autodevops.facts._shell.fate import Sink
from autodevops.facts._shell.parts import Fate
from autodevops.model.patterns import regex

if TYPE_CHECKING:
    from tree_sitter import Node

_EXITS_WELL = regex(r"\bexit\s+0\b")


@dataclass(slots=True, kw_only=True)
class Options:
    """The options of a shell at one point of its script."""

    errexit: bool
    """Whether it ends at the first failure."""
    pipefail: bool
    """Whether a pipe fails when any of its commands does."""
    lax: Sink = Sink(Fate.HIDDEN, "a shell without -e", -1)  # noqa: RUF009 - frozen
    """Where a failure goes that does not end it."""
    trap: Sink | None = None
    """Where a failure goes that ends it, when a trap has the last word."""

    def obey(self, argv: list[str], node: "Node") -> None:
        """Take over what a command sets, if it is one that does."""
        match argv:
            case ["set", *flags]:
                self._set(flags, node)
            case ["trap", action, *signals] if {"EXIT", "ERR", "0"} & set(signals):
                if _EXITS_WELL.search(action):
                    self.trap = Sink(Fate.HIDDEN, tree.shortened(node), node.start_point[0])

    def last_word(self, sink: Sink) -> Sink:
        """Return where a failure goes in the end, traps obeyed."""
        return self.trap if self.trap is not None and sink.fate is Fate.SEEN else sink

    def _set(self, flags: list[str], node: "Node") -> None:
        for at, flag in enumerate(flags):
            if flag == "--":
                break
            on = flag.startswith("-")
            if not on and not flag.startswith("+"):
                continue
            option = flags[at + 1] if flag.endswith("o") and at + 1 < len(flags) else ""
            if "e" in flag or option == "errexit":
                self.errexit = on
                if not on:
                    self.lax = Sink(Fate.HIDDEN, tree.shortened(node), node.start_point[0])
            if option == "pipefail":
                self.pipefail = on
