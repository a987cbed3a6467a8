"""Decides whether a relative link leads anywhere, as generously as sites and GitHub together."""

from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._words import words
from autodevops.facts.ignores import Ignores
from autodevops.facts.path_index import PathIndex
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_SITE_FILES = regex(
    r"(?:mkdocs|_config|_toc|book|hugo|mint|docs|antora|netlify)\.(?:ya?ml|toml|json)"
    r"|(?:docusaurus|astro|next|nuxt|gatsby|vite|vitepress|eleventy|svelte|theme|fumadocs|source)"
    r"(?:\.config|-config)\.[cm]?[jt]sx?|\.eleventy\.js|conf\.py|_sidebar\.md|SUMMARY\.md"
)
_SITE_FOLDERS = words(".vitepress .vuepress .docusaurus _layouts _includes")
_ROOT_FOLDERS = words("ops security deploy repo .github")
"""Folders that GitHub shows, whatever site is made from the root."""
_ENDINGS = ("", ".md", ".mdx", ".markdown", ".rst", ".adoc", ".txt", ".html")
_INDEXES = ("index.md", "index.mdx", "README.md", "_index.md", "index.rst", "index.html")
_NAMED_LIKE_FILE = regex(r"\.[A-Za-z0-9]{1,8}$")
_KNOWN_NAME = regex(r"[A-Z][A-Z_-]{3,30}|Makefile|Dockerfile|Procfile")
_HOST = regex(r"(?:www\.|[\w-]{1,40}\.)[\w.-]{1,60}\.?(?:com|org|io|dev|net|ai|app|co)$")
_PAGES = words(
    "issues pulls pull wiki releases discussions compare commit commits tree blob stargazers"
    " network milestones labels projects actions raw"
)


class Landing(NamedTuple):
    """Where a link leads."""

    path: str | None
    """A tracked path; None when it leads to none."""
    why: str | None
    """Why it is dead; None when it is not, or when that can't be told."""


_OPEN = Landing(None, None)


class Territory(Struct, frozen=True, kw_only=True):
    """The tracked paths as links see them."""

    index: PathIndex
    """Tracked paths."""
    ignores: Ignores
    """What git ignores: may be there after a build."""
    sites: tuple[str, ...]
    """Folders, with `/`, of which a generator makes a site; "" for the root."""
    veiled: tuple[str, ...]
    """Submodules and linked folders, with `/`, whose contents are not known."""

    def in_site(self, document: str) -> bool:
        """Tell whether a generator makes a page of a document."""
        for site in self.sites:
            if site and document.startswith(site):
                return True
            if not site and document.partition("/")[0] not in _ROOT_FOLDERS and "/" in document:
                return True
        return False

    def landing(self, document: str, path: str) -> Landing:
        """Return where a link with that path, written in a document, leads."""
        site = self.in_site(document)
        if path.startswith("/"):
            if site or not _NAMED_LIKE_FILE.search(path):
                return _OPEN
            bases = ["."]
        else:
            bases = (
                [dirname(document), document.rpartition(".")[0]] if site else [dirname(document)]
            )
        wanted = ""
        for base in bases:
            target = normpath(join(base, path.lstrip("/")))
            if target.startswith(".."):
                return _OPEN
            if target == ".":
                return Landing("", None)
            wanted = wanted or target
            found = next((one for one in _spellings(target) if self.index.holds(one)), None)
            if found is not None:
                return Landing(found, None)
        return self._missing(path, wanted, site=site)

    def _missing(self, path: str, wanted: str, *, site: bool) -> Landing:
        has_ending = _NAMED_LIKE_FILE.search(path) is not None
        if site and (not has_ending or path.endswith((".html", ".htm"))):
            return _OPEN
        if "/" not in path and not has_ending and not _KNOWN_NAME.fullmatch(path):
            return _OPEN
        if path.startswith("../") and path.lstrip("./").partition("/")[0] in _PAGES:
            return _OPEN
        if f"{wanted}/".startswith(self.veiled) or self._is_ignored(wanted):
            return _OPEN
        first = path.partition("/")[0]
        if _HOST.match(first) and "." in first and not path.startswith("."):
            return Landing(None, "a web address without https:// leads into the repository")
        return Landing(None, f"there is no {wanted}{self._hint(wanted)}")

    def _is_ignored(self, path: str) -> bool:
        return any(self.ignores.ignoring(one) is not None for one in (path, f"{path}/"))

    def _hint(self, wanted: str) -> str:
        """Return where a file of that name is, if there is one."""
        name = wanted.rpartition("/")[2]
        same = self.index.named(name)
        if len(same) == 1:
            return f"; {same[0]} has that name"
        folder = dirname(wanted)
        for path in self.index.below(folder) if folder else ():
            if path.lower() == wanted.lower():
                return f", but {path}: letters' case counts"
        return ""


def territory_of(snapshot: Snapshot, index: PathIndex, ignores: Ignores) -> Territory:
    """Return the tracked paths as links see them."""
    sites = {
        dirname(path)
        for name in index.file_names
        if _SITE_FILES.fullmatch(name)
        for path in index.named(name)
    }
    sites |= {
        dirname(folder) for folder in snapshot.folders if folder.rpartition("/")[2] in _SITE_FOLDERS
    }
    veiled = [entry.path for entry in snapshot.entries if entry.kind is not EntryKind.FILE]
    return Territory(
        index=index,
        ignores=ignores,
        sites=tuple(sorted(f"{site}/" if site else "" for site in sites)),
        veiled=tuple(f"{path}/" for path in veiled),
    )


def _spellings(target: str) -> Iterator[str]:
    """Yield the paths that a link may mean."""
    bare = target.rstrip("/")
    for ending in _ENDINGS:
        yield bare + ending
    stem, _, ending = bare.rpartition(".")
    if ending in {"html", "htm"}:
        for other in _ENDINGS[1:5]:
            yield stem + other
    for name in _INDEXES:
        yield f"{bare}/{name}"
