"""Whether what a start command names is built or copied: modules, scripts, package scripts."""

import re
from posixpath import join, normpath

from autodevops.facts._docker_stages import Stage
from autodevops.facts._image_files import ImageFiles
from autodevops.facts._node_packages import read_node_package
from autodevops.facts._path_kinds import is_vendored
from autodevops.facts._start_words import Invocation
from autodevops.facts._words import words
from autodevops.facts.images import Image
from autodevops.facts.path_index import PathIndex
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_APPLICATION = regex(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)(?:\(.*\))?")
_MODULE = regex(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_ASGI = words("uvicorn gunicorn hypercorn daphne granian")
_BUNDLERS = regex(
    r"webpack|rollup|esbuild|tsup|vite|\bncc\b|parcel|\bswc\b|bun build|\bnext\b|nuxt|nest|tsdown"
    r"|unbuild|remix|astro|svelte|medusa|strapi|gulp|babel|turbo|\bnx\b|lerna|rspack|pkgroll"
)
_OUTPUT = regex(r"\"outDir\"[ \t]*:[ \t]*\"([^\"]{1,200})\"")
_SOURCES = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")
_MAX_TEXTS = 200


def python_target(program: Invocation) -> tuple[str, str] | None:
    """Return the module and the name in it that a Python server is told to serve."""
    if program.program in _ASGI:
        for word in program.arguments:
            found = _APPLICATION.fullmatch(word)
            if found is not None:
                return found[1], found[2]
    if program.program == "celery":
        for at, word in enumerate(program.arguments[:-1]):
            if word in {"-A", "--app"} and _MODULE.fullmatch(program.arguments[at + 1]):
                return program.arguments[at + 1], ""
    return None


class Targets:
    """Looks up what start commands of one stage name."""

    def __init__(self, snapshot: Snapshot, index: PathIndex, image: Image, stage: Stage) -> None:
        """Follow the stage's copies once."""
        self._snapshot = snapshot
        self._index = index
        self._files = ImageFiles(image, stage, index)
        environment = image.file.environment(stage)
        path = environment.get("PYTHONPATH", "")
        self._roots = None if path is None else tuple(filter(None, path.split(":")))
        self._outside = any(
            source.origin is not None and image.file.stage(source.origin) is None
            for source in image.sources
        )
        self._image = image

    def why_missing(self, program: Invocation) -> str | None:
        """Return why the target of a start command can't be there; None when it is or may be."""
        served = python_target(program)
        if served is not None:
            return self._module(program, *served)
        if program.program == "python" and program.arguments[:1]:
            script = program.arguments[0]
            return self._script(script) if script.endswith(".py") else None
        if program.program == "node":
            return self._node(program)
        if program.program in {"npm", "yarn", "pnpm", "bun"}:
            return self._package_script(program)
        return None

    def _module(self, program: Invocation, module: str, name: str) -> str | None:
        """Look for a Python module under every root that its server searches."""
        relative = module.replace(".", "/")
        endings = (f"{relative}.py", f"{relative}/__init__.py")
        there = [
            path
            for ending in endings
            for path in self._index.named(ending.rpartition("/")[2])
            if path == ending or path.endswith(f"/{ending}")
        ]
        if not there:
            if self._is_foreign(module):
                return None
            return f"no file of the repository is the module {module} ({endings[0]})"
        if name and not self._defines(there, name):
            return f"{there[0]} defines no {name}"
        places = self._places(program)
        if places is None:
            return None
        tried = [join(place, ending) for place in places for ending in endings]
        if any(self._files.holds(path) is not False for path in tried):
            return None
        return (
            f"the image has no {tried[0]}; {there[0]} is not copied to where {module} is looked for"
        )

    def _is_foreign(self, module: str) -> bool:
        """Tell whether a module may come from an installed package."""
        top = module.partition(".")[0]
        own = top in {"main", "app", "wsgi", "asgi", "server", "src", "backend", "api", "worker"}
        known = self._index.holds(top) or self._index.named(f"{top}.py")
        return not (own or known) or self._outside

    def _defines(self, paths: list[str], name: str) -> bool:
        for path in paths[:_MAX_TEXTS]:
            text = self._snapshot.text(path) or ""
            if re.search(rf"\b{re.escape(name)}\b", text) or "import *" in text:
                return True
            if "__getattr__" in text:
                return True
        return False

    def _places(self, program: Invocation) -> tuple[str, ...] | None:
        """Return the folders that a server searches for modules; None when not known."""
        if self._roots is None or not self._files.workdir or program.via not in {"", "python"}:
            return None
        places = [self._files.workdir, *self._roots]
        for at, word in enumerate(program.arguments):
            flag, equals, value = word.partition("=")
            if flag in {"--app-dir", "--chdir", "--pythonpath", "--workdir"}:
                value = value if equals else "".join(program.arguments[at + 1 : at + 2])
                places.append(normpath(join(self._files.workdir, value)))
        return tuple(places)

    def _script(self, written: str) -> str | None:
        path = normpath(join(self._files.workdir or "/", written))
        if "$" in written or self._files.holds(path) is not False:
            return None
        return f"the image has no {path}: nothing copies or makes it"

    def _node(self, program: Invocation) -> str | None:
        script = next((w for w in program.arguments if not w.startswith("-")), "")
        if not script.endswith((".js", ".mjs", ".cjs", ".ts", ".mts")) or "$" in script:
            return None
        earlier = program.arguments[: program.arguments.index(script)]
        if any(word in {"-r", "--require", "--import", "--loader", "-e", "-p"} for word in earlier):
            return None
        path = normpath(join(self._files.workdir or "/", script))
        there = self._files.holds(path)
        if there is False:
            return f"the image has no {path}: nothing copies or builds it"
        return self._unbuilt(script) if there is None else None

    def _unbuilt(self, script: str) -> str | None:
        """Return why a plain TypeScript build can't write a file; None when it may."""
        folder, _, name = script.removeprefix("./").rpartition("/")
        manifests = [
            self._snapshot.text(path, CONFIG_LIMIT) or ""
            for path in self._index.named("package.json")[:_MAX_TEXTS]
            if not is_vendored(path)
        ]
        if not folder or not manifests or any(map(_BUNDLERS.search, manifests)):
            return None
        if not any('"tsc' in text or "tsc " in text for text in manifests):
            return None
        stem = name.rpartition(".")[0]
        if not any(self._index.named(stem + ending) for ending in _SOURCES):
            return f"no source of the repository becomes {script}: there is no {stem}.ts"
        outputs = self._outputs()
        top = folder.split("/")
        if outputs and outputs.isdisjoint(top):
            return f"tsc writes to {', '.join(sorted(outputs))}, not to {folder}/"
        return None

    def _outputs(self) -> frozenset[str]:
        """Return the names of the folders that the repository's `tsconfig` files write to."""
        found: set[str] = set()
        for path in self._index.paths:
            name = path.rpartition("/")[2]
            if name.startswith("tsconfig") and name.endswith(".json") and not is_vendored(path):
                text = self._snapshot.text(path, CONFIG_LIMIT) or ""
                found |= {normpath(one).rpartition("/")[2] for one in _OUTPUT.findall(text)}
        return frozenset(found)

    def _package_script(self, program: Invocation) -> str | None:
        rest = [word for word in program.arguments if not word.startswith("-")]
        if rest[:1] == ["run"] and len(rest) > 1:
            wanted = rest[1]
        elif rest[:1] == ["start"]:
            wanted = "start"
        else:
            return None
        manifests = [p for p in self._index.named("package.json") if not is_vendored(p)]
        if not manifests or self._outside or len(manifests) > _MAX_TEXTS:
            return None
        for path in manifests:
            package = read_node_package(self._snapshot, path)
            if package is None or wanted in package.scripts:
                return None
        if wanted == "start" and self._index.named("server.js"):
            return None
        return f"no package.json has a script {wanted}"
