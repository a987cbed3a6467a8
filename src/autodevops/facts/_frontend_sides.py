"""Which files of a frontend the browser gets, and which stay on the server."""

import re
from functools import cached_property

from autodevops.facts._import_paths import ImportPaths
from autodevops.facts._imports import WEB
from autodevops.facts._node_packages import read_node_package
from autodevops.facts._words import words
from autodevops.facts.frontend import FRONTEND
from autodevops.facts.imports import Imports
from autodevops.facts.path_index import PathIndex
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

_DIRECTIVE = regex(r"^[ \t]{0,9}[\"']use (client|server)[\"']", re.MULTILINE)
_SERVER_ONLY = regex(r"(?:import|require\()\s{0,9}[\"']server-only[\"']")
_SERVER_NAME = regex(
    r"^(?:route|middleware|proxy|instrumentation|\+server|hooks\.server)\.[cm]?[jt]sx?$"
    r"|\.server\.[cm]?[jt]sx?$|\.config\.[cm]?[jt]s$|\.config\.json$"
)
_SERVER_FOLDERS = words("server scripts functions netlify edge-functions api-server cron")
_PAGE_DATA = regex(r"\bget(?:ServerSideProps|StaticProps|StaticPaths)\b")
# Libraries that check the environment and keep the server's part from the browser by themselves.
_ENVIRONMENT = regex(r"@t3-oss/env-|\bcreateEnv\(")
_SHIPPED = "the browser is sent the file"
_HEAD = 2_000


class Sides:
    """Tells the browser's files from the server's."""

    def __init__(self, snapshot: Snapshot, imports: Imports, index: PathIndex, folder: str) -> None:
        """Look at the frontend in `folder`; its imports are followed when first needed."""
        self._snapshot = snapshot
        self._imports = imports
        self._index = index
        self._folder = folder
        manifest = read_node_package(snapshot, f"{folder}/package.json")
        self._is_next = manifest is not None and "next" in manifest.every

    def reach(self, path: str, text: str) -> str | None:
        """Return how the browser gets to a file, in words; None when it does not.

        In Next.js code is the server's unless a file with `'use client'` leads to it, or it is a
        page of the older router. Elsewhere all code is the browser's but what is named otherwise.
        """
        if self._is_server(path, text):
            return None
        if not self._is_next or "/public/" in path or not path.endswith(WEB):
            return _SHIPPED
        if self._side(text) == "client":
            return "the file is marked 'use client'"
        if self._is_page(path):
            return None if _PAGE_DATA.search(text) else "the pages router sends it to the browser"
        return self._through(path)

    def _is_server(self, path: str, text: str) -> bool:
        inner = path[len(self._folder) + 1 :]
        if _SERVER_NAME.search(basename(path)) is not None:
            return True
        if not _SERVER_FOLDERS.isdisjoint(inner.split("/")[:-1]):
            return True
        if self._is_next and ("pages/api/" in inner or "app/api/" in inner):
            return True
        if _SERVER_ONLY.search(text) is not None or _ENVIRONMENT.search(text) is not None:
            return True
        return self._side(text) == "server"

    @staticmethod
    def _side(text: str) -> str | None:
        found = _DIRECTIVE.search(text[:_HEAD])
        return found[1] if found else None

    def _is_page(self, path: str) -> bool:
        inner = path[len(self._folder) + 1 :]
        return inner.startswith(("pages/", "src/pages/"))

    def _through(self, path: str) -> str | None:
        """Return the file for the browser that imports this one, directly or not."""
        pending, seen = [path], {path}
        for current in pending:
            for importer in self._importers.get(current, ()):
                if importer in seen:
                    continue
                seen.add(importer)
                text = self._snapshot.text(importer) or ""
                if self._is_server(importer, text):
                    continue
                if self._side(text) == "client" or (
                    self._is_page(importer) and not _PAGE_DATA.search(text)
                ):
                    return f"{importer}, which runs in the browser, imports it"
                pending.append(importer)
        return None

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """Return who imports each file of the frontend."""
        paths = ImportPaths(self._snapshot, self._index)
        found: dict[str, list[str]] = {}
        for file in self._imports.files:
            if file.service.name != FRONTEND:
                continue
            for _, specifier in file.web:
                for place in paths.of_web(file.path, specifier):
                    target = self._file(place)
                    if target is not None:
                        found.setdefault(target, []).append(file.path)
        return found

    def _file(self, place: str) -> str | None:
        if self._index.holds(place) and place.endswith(WEB):
            return place
        endings = (*WEB, *(f"/index{ending}" for ending in WEB))
        return next((f"{place}{end}" for end in endings if self._index.holds(place + end)), None)
