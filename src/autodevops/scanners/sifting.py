"""Judges many contents: what the cache knows is not read again, equal values get equal numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from secrets import randbits, token_bytes
from typing import NamedTuple

from msgspec.structs import replace

from autodevops.facts._secrets.context import FileContext, FileRole
from autodevops.facts._secrets.engine import OWN
from autodevops.facts._secrets.sightings import Sighting, forget, sight, wrapped
from autodevops.model.snapshot import Unavailable
from autodevops.scanners.blob_cache import CLEAN, BlobCache, Known, blob_key
from autodevops.scanners.content import LIMIT, Unread, readable
from autodevops.scanners.interface import EngineError, SecretEngine
from autodevops.scanners.likeness import news
from autodevops.scanners.secret_rules import WRAPPED
from autodevops.scanners.unwrapping import unwrapped


class Item(NamedTuple):
    """One content in one context."""

    oid: str
    """Object id of the blob."""
    context: FileContext
    """What its path says."""


Read = Callable[[Sequence[str]], Iterable[tuple[str, bytes | Unavailable]]]
"""Yields the content of blobs, in the order asked for."""

ARCHIVE = "archive"
"""State of a content that is not opened."""
SECRET = "secret"  # noqa: S105 - a state, not a password
"""State of a content with secrets."""
_READ = frozenset({CLEAN.state, ARCHIVE, SECRET})
_LARGE = f"it is larger than {LIMIT >> 20} MiB"
_FINAL = _READ | {_LARGE}
_LOST = Known("it can't be read")
_WRAPPED = OWN + WRAPPED
_LAYERS = 2
_BATCH = 8_000
_COMPARED = 1 << 20
"""Largest text that is kept, for as long as the next one may be a version of it."""


class Sifter:
    """One run over contents; values live only within it, as keyed digests."""

    def __init__(self, engine: SecretEngine, cache: BlobCache) -> None:
        """Give the run a number and a key of its own."""
        self._engine = engine
        self._cache = cache
        self._run = randbits(62)
        self._key = token_bytes(32)
        self._groups: dict[bytes, int] = {}
        self._clean: tuple[FileContext, bytes] | None = None

    def sift(self, items: Iterable[Item], read: Read) -> Mapping[Item, Known]:
        """Return all that is not clean, its groups comparable with each other."""
        notable: dict[Item, Known] = {}
        pending = iter(items)
        while part := list(islice(pending, _BATCH)):
            keys = {item: _key(item) for item in part}
            known = self._cache.known(list(keys.values()))
            found = {item: known[key] for item, key in keys.items() if key in known}
            found |= self._search({item: keys[item] for item in part if item not in found}, read)
            notable |= {item: fact for item, fact in found.items() if fact.state != CLEAN.state}
        return self._aligned(notable, read)

    def _aligned(self, notable: dict[Item, Known], read: Read) -> Mapping[Item, Known]:
        """Search contents again whose groups come from several runs."""
        secret = [item for item, fact in notable.items() if fact.state == SECRET]
        if len({notable[item].run for item in secret}) > 1:
            notable |= self._search({item: _key(item) for item in secret}, read)
        return notable

    def _search(self, keys: Mapping[Item, bytes], read: Read) -> Mapping[Item, Known]:
        if not keys:
            return {}
        items: dict[str, list[Item]] = {}
        for item in keys:
            items.setdefault(item.oid, []).append(item)
        found = dict.fromkeys(keys, _LOST)
        try:
            for oid, content in read(tuple(items)):
                for item in items.get(oid, ()):
                    found[item] = self.judge(content, item.context)
        finally:
            self._clean = None
            forget()
        # In the order of the keys the cache's tree is written from one end to the other.
        final = ((keys[item], fact) for item, fact in found.items() if fact.state in _FINAL)
        self._cache.remember(sorted(final, key=itemgetter(0)))
        return found

    def judge(self, content: bytes | Unavailable, context: FileContext) -> Known:
        """Return what one content holds."""
        if isinstance(content, Unavailable):
            return Known(_LARGE if "larger than" in content.reason else content.reason)
        text = readable(content)
        if isinstance(text, Unread):
            return Known(ARCHIVE) if text is Unread.ARCHIVE else CLEAN
        try:
            if self._brings_nothing(text, context):
                found = []
            else:
                found = self._sightings(text, context, _LAYERS)
        except EngineError as problem:
            return Known(str(problem))
        if not found:
            self._clean = (context, text) if len(text) <= _COMPARED else None
            return CLEAN
        detections = tuple(replace(one.detection, group=self._group(one.value)) for one in found)
        return Known(SECRET, self._run, detections)

    def _brings_nothing(self, text: bytes, context: FileContext) -> bool:
        """Tell whether nothing could be a secret in what a text has beyond the last clean one."""
        if self._clean is None or self._clean[0] != context:
            return False
        part = news(text, self._clean[1])
        return part is not None and next(iter(self._engine.scan(part, context)), None) is None

    def _sightings(self, text: bytes, context: FileContext, layers: int) -> list[Sighting]:
        """Return the secrets of a text, and of the texts that Base64 hides in it."""
        candidates = list(self._engine.scan(text, context))
        if not candidates:
            return []
        hidden: list[Sighting] = []
        taken: list[tuple[int, int]] = []
        for probe in candidates:
            opened = unwrapped(text, probe.start) if probe.rule == _WRAPPED and layers else None
            if opened is None:
                continue
            decoded, end = opened
            inner = replace(context, role=FileRole.CONFIG, extension="")
            found = self._sightings(decoded, inner, layers - 1)
            hidden += [wrapped(one, text, probe.start, end) for one in found]
            taken += [(probe.start, end)] if found else []
        rest = [one for one in candidates if one.rule != _WRAPPED]
        return [*sight(text, rest, context, taken), *hidden]

    def _group(self, value: str) -> int:
        told = value.strip().encode("utf-8", "surrogateescape")
        digest = blake2b(told, digest_size=16, key=self._key).digest()
        return self._groups.setdefault(digest, len(self._groups) + 1)


def _key(item: Item) -> bytes:
    return blob_key(item.oid, item.context.key)


def unread(notable: Mapping[Item, Known]) -> Mapping[Item, str]:
    """Return what could not be searched, and why."""
    return {item: fact.state for item, fact in notable.items() if fact.state not in _READ}


def is_final(reason: str) -> bool:
    """Tell whether the same content can't ever be searched: it need not be tried again."""
    return reason in _FINAL
