"""Why a check can't fail, by its own options: `--exit-zero`, or the lack of `--exit-code 1`."""

from collections.abc import Mapping

from autodevops.facts._commands import Run
from autodevops.facts._tools import program_of, tool_of, tools
from autodevops.facts.workflows import Step

_ZERO = frozenset({"0", "false", "''", '""', ""})
_ENVIRONMENT = {"trivy": "TRIVY_EXIT_CODE", "grype": "GRYPE_FAIL_ON_SEVERITY"}


def blunted(run: Run, environment: Mapping[str, str]) -> str:
    """Return the option, or the lack of one, for which a program can't fail; else nothing."""
    name, tool = program_of(run), tool_of(run)
    for option in tools().blunt.get(name, ()):
        if run.has(option):
            return option
    if run.has("--exit-code") and run.value("--exit-code") == "0":
        return "--exit-code 0"
    if name in ("npm", "pnpm", "yarn") and run.value("--audit-level") == "none":
        return "--audit-level=none"
    needed = tools().sharp.get(tool) or tools().sharp.get(name, ())
    given = environment.get(_ENVIRONMENT.get(name, ""), "")
    if not needed or run.has(*needed) or set(needed) & set(run.argv) or given not in _ZERO:
        return ""
    if name == "trivy" and (run.has("--config", "-c") or "convert" in run.argv):
        return ""
    return f"{tool} without {needed[0]}" if needed != ("never",) else f"{tool} only lists"


def blunted_action(step: Step, environment: Mapping[str, str]) -> str:
    """Return the input, or the lack of one, for which an action can't fail; else nothing."""
    action = step.action
    for name, values in tools().blunt_inputs.get(action, {}).items():
        if (step.input(name) or "").lower() in values:
            return f"{name}: {step.input(name)}"
    if environment.get("DISABLE_ERRORS", "").lower() == "true" and "linter" in action:
        return "DISABLE_ERRORS: true"
    needed = tools().sharp_inputs.get(action)
    if needed is None or step.input("trivy-config") is not None:
        return ""
    given = step.input(needed) or environment.get("TRIVY_EXIT_CODE", "")
    return f"{action} without {needed}" if given in _ZERO else ""
