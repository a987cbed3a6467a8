"""The files whose scripts commands run: package manifests, Makefiles, files of shell."""

from functools import cached_property, lru_cache
from posixpath import join, normpath

from msgspec import Struct, field

from autodevops.facts import _yaml
from autodevops.facts._makefile import Line, Target, read_makefile
from autodevops.facts._shell import mode_of_flags
from autodevops.facts._yaml_nodes import Mapping
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_SHEBANG = regex(r"#!\s*(\S+)(.*)")
_SHELL_ENDINGS = (".sh", ".bash", ".zsh", ".ksh")


class Package(Struct, frozen=True):
    """One `package.json`."""

    folder: str
    """Its folder; empty for the root."""
    path: str
    """Its path."""
    name: str | None
    """Its name."""
    scripts: dict[str, Line] = field(default_factory=dict)
    """Its scripts by name."""


class ScriptFiles:
    """Finds the files that hold what a command line runs, and reads each once."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Keep the snapshot."""
        self.snapshot = snapshot
        self._packages: dict[str, Package | None] = {}
        self._makefiles: dict[str, dict[str, Target]] = {}

    def package(self, folder: str) -> Package | None:
        """Return the nearest `package.json`, as npm looks for it: here, then upwards."""
        at = folder
        while True:
            package = self._package(at)
            if package is not None or not at:
                return package
            at = at.rpartition("/")[0]

    def named_package(self, name: str) -> Package | None:
        """Return the package of a workspace's folder or name."""
        folder = normpath(name) if name else ""
        own = self._package("" if folder == "." else folder)
        if own is not None:
            return own
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Package]:
        """Return the packages by name; of several with one name the first."""
        found: dict[str, Package] = {}
        for path in self.snapshot.by_path:
            if path.endswith("/package.json") and "node_modules" not in path:
                package = self._package(path.rpartition("/")[0])
                if package is not None and package.name is not None:
                    found.setdefault(package.name, package)
        return found

    def _package(self, folder: str) -> Package | None:
        if folder not in self._packages:
            path = join(folder, "package.json")
            text = self.snapshot.text(path, CONFIG_LIMIT) if path in self.snapshot.by_path else None
            self._packages[folder] = None if text is None else _package(folder, path, text)
        return self._packages[folder]

    def makefile(self, folder: str, name: str | None) -> dict[str, Target] | None:
        """Return the targets of a folder's Makefile; None without one."""
        for candidate in (name,) if name else _MAKEFILES:
            path = normpath(join(folder, candidate))
            if path not in self.snapshot.by_path:
                continue
            if path not in self._makefiles:
                text = self.snapshot.text(path, CONFIG_LIMIT) or ""
                self._makefiles[path] = read_makefile(path, text)
            return self._makefiles[path]
        return None

    def shell_file(self, path: str, flags: list[str] | None) -> Line | None:
        """Return a file of shell; `flags` are those of the shell that is named before it."""
        if path not in self.snapshot.by_path:
            return None
        text = self.snapshot.text(path, CONFIG_LIMIT)
        if text is None:
            return None
        shebang = _SHEBANG.match(text.partition("\n")[0])
        program = "" if shebang is None else f"{shebang[1]} {shebang[2]}"
        if flags is None and "sh" not in program and not path.endswith(_SHELL_ENDINGS):
            return None
        own = [] if shebang is None else shebang[2].split()
        return Line(text, path, 1, mode_of_flags(own if flags is None else flags))


@lru_cache(maxsize=256)
def _package(folder: str, path: str, text: str) -> Package:
    root = _yaml.parse(text).root
    scripts = None if root is None else root.get("scripts")
    name = None if root is None else root.get("name")
    found: dict[str, Line] = {}
    if isinstance(scripts, Mapping):
        for key, value in scripts.entries():
            if value.as_text is not None:
                found[key] = Line(value.as_text, path, value.line)
    return Package(folder, path, None if name is None else name.as_text, found)
