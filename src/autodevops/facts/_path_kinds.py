"""What a path alone says about a file: test, fixture, vendored, generated, documentation."""

from functools import lru_cache
from typing import NamedTuple

from autodevops.facts._words import words
from autodevops.model.patterns import regex

_TESTS = words(
    "test tests testing spec specs __tests__ __test__ e2e cypress playwright integration_tests "
    "__mocks__ mocks benchmarks benchmark"
)
_FIXTURE = regex(
    r"(?:.{1,60}[-_.])?(?:fixtures?|testdata|test[-_]data|test[-_]?cases?|snapshots?|cassettes"
    r"|goldens?|playgrounds?)(?:[-_.].{1,60})?|__(?:fixtures|snapshots)__"
)
_VENDORED = words(
    "node_modules vendor vendored third_party third-party thirdparty _vendor external externals "
    "bower_components site-packages .yarn"
)
_DOCUMENTATION = words(
    "doc docs documentation examples example samples sample demos demo quickstart quickstarts "
    "tutorial tutorials"
)
_GENERATED = words("generated __generated__ _generated autogen gen codegen dist build")
_TEST_NAME = regex(r"(?:^|[._-])(?:tests?|spec|conftest)(?:[._-]|$)")
_GENERATED_NAME = regex(
    r"\.min\.(?:js|css)$|_pb2(?:_grpc)?\.pyi?$|\.pb\.go$|\.g\.dart$|\.generated\.|\.d\.ts$|\.map$"
)


class _Folder(NamedTuple):
    """What a folder says about the files in it."""

    test: bool
    fixture: bool
    vendored: bool
    documentation: bool
    generated: bool


@lru_cache(maxsize=1 << 16)
def _folder(folder: str) -> _Folder:
    names = folder.lower().split("/")
    return _Folder(
        test=not _TESTS.isdisjoint(names),
        fixture=any(_FIXTURE.fullmatch(name) for name in names),
        vendored=not _VENDORED.isdisjoint(names),
        documentation=not _DOCUMENTATION.isdisjoint(names),
        generated=not _GENERATED.isdisjoint(names),
    )


@lru_cache(maxsize=1 << 17)
def is_test(path: str) -> bool:
    """Tell whether a file belongs to tests, by its folders or name."""
    folder, _, name = path.rpartition("/")
    return _folder(folder).test or _TEST_NAME.search(name.lower()) is not None


def is_test_data(path: str) -> bool:
    """Tell whether a file that is no code lies among tests or fixtures."""
    seen = _folder(path.rpartition("/")[0])
    return seen.test or seen.fixture


def is_fixture(path: str) -> bool:
    """Tell whether a file is data that tests read, or a playground to try things in."""
    return _folder(path.rpartition("/")[0]).fixture


def is_vendored(path: str) -> bool:
    """Tell whether a file is somebody else's code."""
    return _folder(path.rpartition("/")[0]).vendored


@lru_cache(maxsize=1 << 17)
def is_generated(path: str) -> bool:
    """Tell whether a file is made by a tool, by its folders or name."""
    folder, _, name = path.rpartition("/")
    return _folder(folder).generated or _GENERATED_NAME.search(name.lower()) is not None


def is_documentation(path: str) -> bool:
    """Tell whether a file explains or shows something instead of doing it."""
    folder, _, name = path.rpartition("/")
    is_prose = name.lower().endswith((".md", ".rst", ".adoc", ".mdx"))
    return is_prose or _folder(folder).documentation


@lru_cache(maxsize=1 << 17)
def is_own_source(path: str) -> bool:
    """Tell whether a file is the team's own code that runs: none of the above.

    Four facts ask this of every path; the answers of a very large repository have room.
    """
    return not (
        is_test(path)
        or is_fixture(path)
        or is_vendored(path)
        or is_generated(path)
        or is_documentation(path)
    )
