"""What `scaffold` says when it is done."""

from typing import TYPE_CHECKING

from autodevops.cli.console import complain, remark

if TYPE_CHECKING:
    from autodevops.scaffolding.making import Scaffold

_SHOWN = 5


def tell(made: "Scaffold", folder: str, guide: str | None) -> None:
    """Say what was made, what an audit finds in it, and what comes next."""
    found = made.report.open_findings()
    remark(f"made {folder}: {made.files} files, {len(found)} findings")
    for finding in found[:_SHOWN]:
        complain(f"{finding.rule} {finding.message}")
    if found:
        remark("this guide asks for more than the templates bring; `autodevops audit` shows all")
    if guide is not None:
        remark(f"its configuration names the built-in guide: give --guide {guide} to audits, too")
    remark("next: push it to GitHub; `autodevops fix` there shows how to protect its branch")
