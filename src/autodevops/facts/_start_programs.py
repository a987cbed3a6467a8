"""Whether the program of a start command is installed in the stage that runs it."""

import re
from collections.abc import Iterable

from autodevops.facts._build_sources import sources_in
from autodevops.facts._docker_stages import Stage
from autodevops.facts._health_commands import lacks_program
from autodevops.facts._start_words import Invocation
from autodevops.facts._words import words
from autodevops.facts.images import Image
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_PACKAGES = {
    "uvicorn": "uvicorn fastapi[standard fastapi[all fastapi-cli fastapi-cloud mcp fastmcp "
    "chainlit gradio litellm prefect mlflow langgraph ray[ bentoml vllm chromadb marimo nicegui "
    "solara reflex autogen dagster",
    "gunicorn": "gunicorn mlflow airflow superset",
    "hypercorn": "hypercorn quart",
    "daphne": "daphne channels[",
    "celery": "celery flower airflow",
    "fastapi": "fastapi-cli fastapi[ fastapi-cloud",
    "flask": "flask",
    "alembic": "alembic",
    "streamlit": "streamlit",
    "rq": "rq",
    "arq": "arq",
    "dramatiq": "dramatiq",
}
_INSTALLS = regex(
    r"\b(?:pip[0-9.]*|uv|poetry|pipenv|pdm|conda|mamba|micromamba|pixi|apt|apt-get|apk|dnf|yum|easy_install"
    r"|hatch|rye|pex|shiv)\b"
)
_REQUIREMENTS = regex(r"(?:^|\s)(?:-r|--requirement)(?:[ \t]+|=)([\w./-]{1,200})")
_OWN_PLACES = regex(
    r"venv|--prefix|--target|[ \t]-t[ \t]|--user|uv[ \t]+sync|poetry|pdm|pipenv|pex"
)
_BRINGS = regex(
    r"venv|(?:^|/)s?bin(?:/|$)|\.local|install|packages|deps|wheel|python|^/?(?:usr|root|home|opt|)(?:/|$)"
)
_MANIFEST = regex(
    r"(?:^|/)(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?"
    r"|poetry\.lock|uv\.lock|pdm\.lock|environment[\w.-]*\.ya?ml|pylock[\w.]*\.toml"
    r"|requirements/[\w.-]+\.(?:txt|in))$"
)
_NODE_BINS = words(
    "next nest nuxt tsx ts-node vite serve pm2 nodemon prisma tsc react-scripts turbo"
)
_MAX_COPIES = 40
_MANAGERS = words("pnpm bun")


def why_missing(snapshot: Snapshot, image: Image, stage: Stage, program: Invocation) -> str | None:
    """Return why a start command's program can't be there; None when it is or may be."""
    name = program.program
    if program.via in {"", "python"} and name in _PACKAGES:
        return _python_missing(snapshot, image, stage, program)
    if program.via or "/" in program.path:
        return None
    base = image.file.base(stage)
    if base is None or not base.is_official:
        return None
    if base.name == "node" and name in _MANAGERS | _NODE_BINS:
        return _node_missing(image, stage, name)
    if name in {"node", "npm", "npx", "python"} and lacks_program(name, image.file, stage):
        return f"{base.repository}:{base.tag or 'latest'} has no {name} and nothing installs it"
    return None


def _node_missing(image: Image, stage: Stage, name: str) -> str | None:
    """Tell why a package manager or a package's own program is not on the PATH."""
    wanted = {name, "corepack"} if name in _MANAGERS else {name}
    for step in image.file.walk(stage):
        one = step.instruction
        if one.name == "ENV" and "node_modules/.bin" in one.rest:
            return None
        globally = name in _MANAGERS or re.search(r"-g\b|--global|global add|-location", one.script)
        if one.name == "RUN" and globally and any(word in one.script for word in wanted):
            return None
        if one.name in {"COPY", "ADD"} and (name in one.rest or "bin" in one.rest):
            return None
    if name in _MANAGERS:
        return f"the node image has no {name}, and nothing enables or installs it"
    return (
        f"{name} is in node_modules/.bin, which is not on the PATH; start it with npx or a script"
    )


def _python_missing(
    snapshot: Snapshot, image: Image, stage: Stage, program: Invocation
) -> str | None:
    base = image.file.base(stage)
    if (
        base is None
        or not base.is_official
        or base.name not in {"python", "debian", "alpine", "ubuntu"}
    ):
        return None
    scripts = [s.instruction.script for s in image.file.walk(stage) if s.instruction.name == "RUN"]
    installing = [script for script in scripts if _INSTALLS.search(script)]
    if any(program.program in script for script in scripts):
        return None
    copied = [
        (source.path, source.origin)
        for _step, found in sources_in(image.file, stage)
        for source in found
        if source.origin is not None
    ]
    if any(_may_bring(image, path, origin, program) for path, origin in copied[:_MAX_COPIES]):
        installing.append("")  # something is brought: only the manifests can tell
    if not installing:
        return f"no step of the final stage installs or copies {program.program}"
    named = [name for script in installing for name in _REQUIREMENTS.findall(script)]
    exact = bool(named) and len(named) == len(installing)
    texts = list(_named_manifests(snapshot, image, named)) if exact else []
    where = ", ".join(dict.fromkeys(named))
    if not texts:
        texts = list(_all_manifests(snapshot))
        where = "the manifests"
    if not texts or any(_mentions(text, program.program) for text in texts):
        return None
    return f"{program.program} is not among the packages of {where}"


def _may_bring(image: Image, path: str | None, origin: str | None, program: Invocation) -> bool:
    """Tell whether a copy from another stage may bring an installed program."""
    if path is None or origin is None:
        return True
    if path.endswith("site-packages") and not program.via:
        return False
    if _BRINGS.search(path):
        return True
    stage = image.file.stage(origin)
    if stage is None:
        return False
    scripts = (s.instruction.script for s in image.file.walk(stage) if s.instruction.name == "RUN")
    return any(_OWN_PLACES.search(script) for script in scripts)


def _mentions(text: str, program: str) -> bool:
    flat = text.lower().replace(" ", "").replace('"', "").replace("'", "")
    if "-e." in flat or "git+" in flat or "index-url" in flat:
        return True  # what else is installed is not written here
    return any(
        re.search(rf"(?<![a-z0-9_]){re.escape(name)}", flat) for name in _PACKAGES[program].split()
    )


def _named_manifests(snapshot: Snapshot, image: Image, names: Iterable[str]) -> Iterable[str]:
    """Return the requirement files that are installed, with those that they include."""
    bases = {name.rpartition("/")[2] for name in names}
    found = (
        entry.path
        for entry in snapshot.entries
        if entry.path.rpartition("/")[2] in bases
        and any(not folder or entry.path.startswith(f"{folder}/") for folder in image.contexts)
    )
    texts = [snapshot.text(path, CONFIG_LIMIT) or "" for path in found]
    if any(re.search(r"(?m)^[ \t]*(?:-r|-c|--requirement)\b", text) for text in texts):
        return ()
    return texts


def _all_manifests(snapshot: Snapshot) -> Iterable[str]:
    for entry in snapshot.entries:
        if _MANIFEST.search(entry.path):
            yield snapshot.text(entry.path, 5 * CONFIG_LIMIT) or ""
