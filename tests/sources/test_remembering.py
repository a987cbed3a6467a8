"""Files that many facts look into are read once."""

from dataclasses import dataclass, field

from autodevops.model.snapshot import Entry, EntryKind, Unavailable
from autodevops.sources.remembering import LARGEST, RememberingReader


@dataclass
class Counting:
    """A reader that counts how often it is asked."""

    contents: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    def read(self, entry: Entry, limit: int) -> bytes | Unavailable:
        self.asked.append(entry.path)
        content = self.contents[entry.path]
        return content if len(content) <= limit else Unavailable("too large")

    def link(self, entry: Entry) -> str | Unavailable:
        return Unavailable(f"{entry.path} is no link")


def entry(path: str, oid: str = "0") -> Entry:
    return Entry(path, EntryKind.FILE, executable=False, oid=oid)


def test_a_file_is_read_once() -> None:
    counting = Counting({"a": b"text"})
    reader = RememberingReader(reader=counting)
    assert [reader.read(entry("a"), 10) for _ in range(3)] == [b"text"] * 3
    assert counting.asked == ["a"]


def test_another_version_of_a_path_is_another_file() -> None:
    counting = Counting({"a": b"text"})
    reader = RememberingReader(reader=counting)
    assert reader.read(entry("a", "1"), 10) == reader.read(entry("a", "2"), 10)
    assert counting.asked == ["a", "a"]


def test_a_smaller_limit_counts_though_the_content_is_there() -> None:
    reader = RememberingReader(reader=Counting({"a": b"text"}))
    assert reader.read(entry("a"), 4) == b"text"
    assert reader.read(entry("a"), 3) == Unavailable("too large")
    assert reader.read(entry("a"), 4) == b"text"


def test_large_files_and_those_beyond_the_room_are_read_anew() -> None:
    counting = Counting({"large": b"x" * (LARGEST + 1), "a": b"1234", "b": b"5678"})
    reader = RememberingReader(reader=counting, room=6)
    for path in ("large", "a", "b", "large", "a", "b"):
        assert reader.read(entry(path), LARGEST * 2) == counting.contents[path]
    assert counting.asked == ["large", "a", "b", "large", "b"]


def test_what_is_forgotten_is_read_anew() -> None:
    counting = Counting({"a": b"text"})
    reader = RememberingReader(reader=counting)
    reader.read(entry("a"), 10)
    reader.forget()
    reader.read(entry("a"), 10)
    reader.read(entry("a"), 10)
    assert counting.asked == ["a", "a", "a"]
