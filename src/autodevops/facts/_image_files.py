"""Which tracked files a stage of an image holds, and where; what builds make stays open."""

from posixpath import join, normpath

from autodevops.facts._build_sources import sources_in
from autodevops.facts._docker_stages import Stage
from autodevops.facts._dockerfile import expand
from autodevops.facts.images import Image
from autodevops.facts.path_index import PathIndex
from autodevops.model.patterns import regex

_MAKES = regex(
    r"\b(?:mv|cp|ln|rsync|git[ \t]+clone|tar|unzip|curl|wget|gunzip|tee|cat|build|tsc|compile|make"
    r"|bundle|esbuild|webpack|turbo|nx|vite|generate|install[ \t]+-[dDm]|patch|python3?|node|go"
    r"|cargo|bun|deno|echo|printf|pack|deploy|npm[ \t]+run|yarn[ \t]+run|pnpm[ \t]+run)\b"
)
_MAX_STEPS = 2_000


class ImageFiles:
    """The files of one stage."""

    def __init__(
        self,
        image: Image,
        stage: Stage,
        index: PathIndex,
        known: "dict[int, ImageFiles] | None" = None,
    ) -> None:
        """Follow the stage's copies; `known` holds the stages below it."""
        self._index = index
        self._known = {} if known is None else known
        self._stage = stage.index
        self._steps = 0
        self._trees: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._inner: list[tuple[ImageFiles, str, str, bool]] = []
        self.workdir = "/"
        self.makes = False
        for step, copied in sources_in(image.file, stage):
            one = step.instruction
            if one.name == "WORKDIR":
                text = expand(one.rest.strip("\"'"), step.values)
                self.workdir = normpath(join(self.workdir, text)) if text else ""
            elif one.name == "RUN":
                self.makes |= _MAKES.search(one.script) is not None
            elif one.name == "ADD" and "://" in one.rest:
                self.makes = True
            elif one.heredocs:
                self._open.append("/")
            for source in () if one.name == "RUN" else copied:
                target = source.target
                if source.path is None or target is None or not self.workdir:
                    self._open.append("/")
                    continue
                if source.origin is not None:
                    self._copy_stage(image, source.path, target, source.origin)
                elif source.is_glob:
                    self._open.append(normpath(join(self.workdir, target)))
                else:
                    self._copy(image, source.path, target, many=len(copied) > 1)

    def _copy_stage(self, image: Image, path: str, target: str, origin: str) -> None:
        place = normpath(join(self.workdir, target))
        stage = image.file.stage(origin)
        if stage is None or stage.index >= self._stage:
            self._open.append(place)
            return
        if stage.index not in self._known:
            self._known[stage.index] = ImageFiles(image, stage, self._index, self._known)
        inner = self._known[stage.index]
        is_file = inner.is_file(f"/{path}")
        self._inner.append((inner, f"/{path}", place, is_file))
        # Whether what a build makes is a file that goes into the folder is not known here.
        self._inner.append((inner, f"/{path}", join(place, path.rpartition("/")[2]), is_file))

    def _copy(self, image: Image, path: str, target: str, *, many: bool) -> None:
        place = normpath(join(self.workdir, target))
        for context in image.contexts:
            full = "/".join(part for part in (context, path) if part)
            if full in self._index.folders or not full:
                self._trees.append((full, place))
            elif many or target.endswith("/") or target in {".", ".."}:
                self._trees.append((full, join(place, full.rpartition("/")[2])))
            else:
                self._trees.append((full, place))
                self._trees.append((full, join(place, full.rpartition("/")[2])))

    def is_file(self, path: str) -> bool:
        """Tell whether a path is a tracked file's, so that nothing lies below it."""
        for full, place in self._trees:
            below = _below(path, place)
            if below is not None:
                repository = "/".join(part for part in (full, below) if part)
                if self._index.holds(repository) and repository not in self._index.folders:
                    return True
        return False

    def holds(self, path: str) -> bool | None:
        """Tell whether the stage has a file or folder; None where a build may have made it."""
        self._steps += 1
        if not self.workdir or self._steps > _MAX_STEPS:
            return None
        for full, place in self._trees:
            below = _below(path, place)
            if below is not None:
                repository = "/".join(part for part in (full, below) if part)
                if not repository or self._index.holds(repository):
                    return True
        unsure = self.makes or any(_below(path, place) is not None for place in self._open)
        for inner, source, place, is_file in self._inner:
            below = _below(path, place)
            if below is None or (is_file and below):
                continue
            there = inner.holds(join(source, below) if below else source)
            if there:
                return True
            unsure |= there is None
        return None if unsure else False


def _below(path: str, folder: str) -> str | None:
    """Return a path relative to a folder that holds it, "" for the folder itself."""
    if path == folder:
        return ""
    prefix = folder if folder.endswith("/") else f"{folder}/"
    return path.removeprefix(prefix) if path.startswith(prefix) else None
