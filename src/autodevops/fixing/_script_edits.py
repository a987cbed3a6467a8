"""Takes expressions out of a step's script: the environment carries their values instead."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from autodevops.facts._yaml import Mapping as YamlMapping
from autodevops.facts._yaml import Scalar
from autodevops.fixing import _yaml
from autodevops.fixing._api import Refusal
from autodevops.fixing._quoting import Expression, Quoting, expressions
from autodevops.fixing._workflow_text import StepPlace, put

_NAMES = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w*-]+)*")
_NOISE = frozenset({"github", "event", "steps", "needs", "outputs", "secrets", "env"})
_READ_BACK = re.compile(r"env\.([A-Za-z_]\w*)")
# Values that may be meant as several words: quoting them would make them one.
_SPLIT = re.compile(r"\b(?:inputs|matrix|steps|needs|vars)\.")
_POWERSHELL = frozenset({"pwsh", "powershell"})
_BASH = frozenset({"", "bash", "sh"})


Chosen: TypeAlias = Callable[[str, int], bool]
"""Tells from an expression and its 0-based line of the script whether it is to go."""


class Wanted(NamedTuple):
    """Which expressions are to go."""

    chosen: Chosen
    """Tells whether an expression is one."""
    reparsed: re.Pattern[str] | None
    """Programs that would read the value as code again: a variable is no help there."""
    whose: str
    """What the value is called in a refusal."""


def freed(text: str, step: StepPlace, shell: str, wanted: Wanted) -> str | Refusal:
    """Return the workflow's text with the step's script freed of these expressions."""
    run = step.node.get("run")
    if not isinstance(run, Scalar):
        return Refusal("the step has no script")
    program = shell.partition(" ")[0].rpartition("/")[2]
    if program not in _BASH | _POWERSHELL:
        return Refusal(f"how {program} reads its environment is up to the script's author")
    script = run.text
    found = [one for one in expressions(script) if wanted.chosen(one.inner, _line(script, one))]
    names: dict[str, str] = {}
    swaps: list[tuple[Expression, str]] = []
    for one in found:
        why = _obstacle(script, one, wanted)
        if why is not None:
            return Refusal(why)
        name = _name(one.inner, names, text, step, script)
        swaps.append((one, _written(script, one, name, is_powershell=program in _POWERSHELL)))
    if not swaps:
        return Refusal("the expression is not there any more")
    return _applied(text, step, run, swaps, _added(names, text, step))


def _line(script: str, one: Expression) -> int:
    return script.count("\n", 0, one.start)


def _obstacle(script: str, one: Expression, wanted: Wanted) -> str | None:
    """Return why a variable can't take an expression's place; None when it can."""
    start = script.rfind("\n", 0, one.start) + 1
    end = script.find("\n", one.end)
    line = script[start : len(script) if end < 0 else end]
    if one.quoting in {Quoting.ODD, Quoting.QUOTED_HERE}:
        return f"{wanted.whose} stands where the shell reads no variables"
    if one.quoting is Quoting.SINGLE and not re.match(r"\s*(?:echo|printf)\s", line):
        return f"{wanted.whose} stands inside single quotes, where no variable is read"
    if wanted.reparsed is not None and wanted.reparsed.search(_statement(script, start, line)):
        return f"another program reads {wanted.whose} as code, also from a variable"
    return None


def _statement(script: str, start: int, line: str) -> str:
    """Return a line and those that it continues: an open quote or a backslash at their ends."""
    before = script[:start]
    opened = len(re.findall(r'(?<!\\)"', before)) % 2 or len(re.findall(r"'", before)) % 2
    if opened or before.endswith("\\\n") or "<<" in before:
        return before[-2000:] + line
    return line


def _name(inner: str, names: dict[str, str], text: str, step: StepPlace, script: str) -> str:
    """Return the variable for an expression: one that carries it already, or a new one."""
    read_back = _READ_BACK.fullmatch(inner)
    if read_back is not None:
        return read_back[1]
    expression = f"${{{{ {inner} }}}}"
    known = _environment(text, step)
    for name, value in {**known, **names}.items():
        if re.sub(r"\s+", "", value) == re.sub(r"\s+", "", expression):
            return name
    base = _base(inner)
    name, number = base, 2
    while name in known or name in names or re.search(rf"\b{name}\b", _plain(script)):
        name, number = f"{base}_{number}", number + 1
    names[name] = expression
    return name


def _plain(script: str) -> str:
    """Return a script without its expressions."""
    return re.sub(r"\$\{\{.*?\}\}", "", script)


def _base(inner: str) -> str:
    dotted = _NAMES.search(inner)
    words = re.split(r"[^A-Za-z0-9]+", dotted[0] if dotted else "value")
    kept = [word for word in words if word and word.lower() not in _NOISE]
    if inner.startswith("secrets.") and dotted is not None:
        return dotted[0].removeprefix("secrets.")
    name = "_".join(kept).upper() or "VALUE"
    name = name if not name[0].isdigit() else f"VALUE_{name}"
    return f"{name}_VALUE" if name in {"PATH", "HOME", "CI", "USER", "SHELL"} else name


def _environment(text: str, step: StepPlace) -> Mapping[str, str]:
    """Return the variables in force for a step, its own last."""
    found: dict[str, str] = {}
    scopes = [_yaml.find(text, ("env",)), step.node.get("env")]
    if step.path[0] == "jobs":
        scopes.insert(1, _yaml.find(text, (*step.path[:2], "env")))
    for scope in scopes:
        for name, value in scope.entries() if isinstance(scope, YamlMapping) else ():
            found[name] = value.as_text or ""
    return found


def _written(script: str, one: Expression, name: str, *, is_powershell: bool) -> str:
    """Return what stands in the script instead."""
    follows = script[one.end : one.end + 1]
    if is_powershell:
        return f"${{env:{name}}}"
    bare = f"${{{name}}}" if re.match(r"\w", follows) else f"${name}"
    match one.quoting:
        case Quoting.SINGLE:
            return f"'\"{bare}\"'"
        case Quoting.BARE if not _SPLIT.search(one.inner):
            return f'"${name}"'
    return bare


def _added(names: Mapping[str, str], text: str, step: StepPlace) -> Mapping[str, str]:
    known = _environment(text, step)
    return {name: value for name, value in names.items() if name not in known}


def _applied(
    text: str,
    step: StepPlace,
    run: Scalar,
    swaps: list[tuple[Expression, str]],
    added: Mapping[str, str],
) -> str | Refusal:
    odd = Refusal("the script is written in a way that can't be changed line by line")
    expected, raw = run.text, _swapped(text, run, swaps)
    if raw is None:
        return odd
    for one, new in reversed(swaps):
        expected = expected[: one.start] + new + expected[one.end :]
    for name, value in added.items():
        raw_or_not = _with_variable(raw, step, name, _quoted(value))
        if isinstance(raw_or_not, Refusal):
            return raw_or_not
        raw = raw_or_not
    done = _yaml.find(raw, (*step.path, "run"))
    return raw if isinstance(done, Scalar) and done.text == expected else odd


def _swapped(text: str, run: Scalar, swaps: list[tuple[Expression, str]]) -> str | None:
    """Return the text with the expressions exchanged where the YAML writes them."""
    rows = text.split("\n")
    head = "\n".join(rows[: run.line - 1])
    start = len(head) + bool(run.line - 1) + run.column - 1
    end = len("\n".join(rows[: run.end_line]))
    region = text[start:end]
    places = [(m.start(), m.end()) for m in re.finditer(r"\$\{\{.*?\}\}", region, re.DOTALL)]
    all_of = list(expressions(run.text))
    if len(places) < len(all_of):
        return None
    for one, new in reversed(swaps):
        first, last = places[all_of.index(one)]
        if region[first + 3 : last - 2].strip() != one.inner:
            return None
        written = new
        if run.style == '"':
            written = new.replace('"', '\\"')
        elif run.style == "'":
            written = new.replace("'", "''")
        region = region[:first] + written + region[last:]
    return text[:start] + region + text[end:]


def _with_variable(text: str, step: StepPlace, name: str, value: str) -> str | Refusal:
    now = _yaml.find(text, step.path)
    if isinstance(now, YamlMapping) and now.get("env") is not None:
        return put(text, (*step.path, "env"), name, value)
    lines = ("env:", f"  {name}: {value}")
    run = step.node.get("run")
    if isinstance(run, Scalar) and run.style in {"|", ">"}:
        new = _yaml.insert_key(text, step.path, *lines, before="run")
        if not isinstance(new, Refusal):
            return new
    return _yaml.insert_key(text, step.path, *lines, after="run")


def _quoted(value: str) -> str:
    """Return a value as YAML writes it."""
    if ": " in value or " #" in value:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value
