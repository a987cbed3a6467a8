"""Docker & Kubernetes Manifests: images start as somebody with few rights."""

import re

from autodevops.facts._docker_stages import Stage
from autodevops.facts._dockerfile import Instruction
from autodevops.facts.images import Images
from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer

_OWN_USERS = {"node": "node", "bun": "bun", "deno": "deno"}
"""Users that official images bring along."""
_DROPS_ITSELF = frozenset({"nginx", "httpd", "haproxy", "traefik", "caddy"})
"""Servers whose image binds a low port as root and gives its workers away."""
_LOW_PORT = re.compile(r"\b(?:[1-9]\d{0,2}|10[01]\d|102[0-3])\b(?!\.)")


@fixer("CO004", title="start as a user without rights", safety=Safety.UNSAFE)
def drop_root(finding: Finding, site: Site) -> Answer:
    """Set `USER` before the command of the stage that is run."""
    path = finding.subject
    images = site.fact(Images)
    image = next((one for one in images.images if one.path == path), None) if images else None
    text = site.text(path)
    if image is None or text is None:
        return Refusal("the Dockerfile is not there any more")
    wanted = finding.evidence.get("stage")
    stage = next((one for one in image.targets if one.name == (wanted or "")), None)
    if stage is None:
        return Refusal("which stage is run can't be told")
    base = image.file.base(stage)
    name = "" if base is None else base.name
    if name in _DROPS_ITSELF:
        return Refusal(f"{name} needs its unprivileged image, or another port and folders")
    if any(one.name == "EXPOSE" and _LOW_PORT.search(one.rest) for one in stage.instructions):
        return Refusal("it listens on a port below 1024, which only root may open")
    user = "65534:65534" if base is None or name == "scratch" else _OWN_USERS.get(name, "nobody")
    line = site.line_now(path, _line(stage))
    if line is None:
        return Refusal("the stage was changed meanwhile")
    return site.write(path, _lines.inserted(text, line - 1, f"USER {user}"))


def _line(stage: Stage) -> int:
    """Return the line of the first start command behind all that needs rights."""
    instructions = stage.instructions
    if not instructions:
        return stage.source.end_line + 1
    starts = _starts(instructions)
    return starts[0].line if starts else instructions[-1].end_line + 1


def _starts(instructions: tuple[Instruction, ...]) -> list[Instruction]:
    """Return the start commands at the end of a stage."""
    found: list[Instruction] = []
    for one in reversed(instructions):
        if one.name in {"CMD", "ENTRYPOINT"}:
            found.insert(0, one)
        elif one.name not in {"HEALTHCHECK", "EXPOSE", "STOPSIGNAL", "LABEL", "ENV", "VOLUME"}:
            break
    return found
