"""Finds the run that a batch goes on with, or says why there is none."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from autodevops.batch.folder import Plan, unfinished
from autodevops.batch.signature import Signature
from autodevops.errors import UsageError

_ANEW = "leave --resume out to begin anew; what did not change since is not audited again"


class Sought(Struct, frozen=True, kw_only=True):
    """What has to be the same for a run to go on."""

    source: str | None
    """Digest of where the targets come from; None for whatever was interrupted last."""
    lines: Sequence[str] | None
    """The targets, where no organisation has to be asked for them."""
    signature: Signature
    """What its reports depend on."""
    reports: str
    """The folder of the reports; empty for one of our own."""

    def fits(self, plan: Plan) -> bool:
        """Tell whether a run can go on."""
        return not self.differences(plan)

    def differences(self, plan: Plan) -> list[str]:
        """Return what is not the same any more."""
        found = []
        if self.source not in {None, plan.source}:
            found.append(self._other_list(plan))
        if self.signature.options != plan.options or self.reports not in {"", plan.reports}:
            found.append("the options are others")
        if self.signature.guide != plan.guide:
            found.append("the guide or the configuration changed")
        if self.signature.program != plan.program:
            found.append(f"it was begun by {plan.program}")
        return found

    def _other_list(self, plan: Plan) -> str:
        if self.lines is None:
            return "the list of targets is another one"
        new, old = set(self.lines), set(plan.targets)
        changed = f"{len(new - old)} new, {len(old - new)} gone"
        return f"the list of targets changed ({changed})" if new != old else "its order changed"


def to_resume(sought: Sought) -> tuple[Path, Plan] | None:
    """Return the newest run that can go on; None when none was interrupted.

    Raises UsageError when the one that was interrupted last is of another list, guide or program.
    """
    interrupted: Plan | None = None
    for folder, plan, was_interrupted in unfinished():
        if sought.fits(plan):
            return folder, plan
        if was_interrupted:
            interrupted = interrupted or plan
    if interrupted is not None:
        told = ", ".join(sought.differences(interrupted))
        raise UsageError(f"the batch that was interrupted can't go on: {told}", advice=_ANEW)
    if sought.source is None:
        raise UsageError(
            "there is no batch to resume", advice="name a file with the targets, or --org"
        )
    return None
