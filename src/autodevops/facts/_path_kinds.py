"""What a path alone says about a file: test, fixture, vendored, generated, documentation."""

import re

from autodevops.facts._words import words

_TESTS = words(
    "test tests testing spec specs __tests__ __test__ e2e cypress playwright integration_tests "
    "__mocks__ mocks benchmarks benchmark"
)
_FIXTURES = words(
    "fixtures fixture __fixtures__ testdata test_data test-data testcases test_cases snapshots "
    "__snapshots__ cassettes goldens golden example-repos"
)
_VENDORED = words(
    "node_modules vendor vendored third_party third-party thirdparty _vendor external externals "
    "bower_components site-packages .yarn"
)
_DOCUMENTATION = words("doc docs documentation examples example samples sample")
_TEST_NAME = re.compile(r"(?:^|[._-])(?:tests?|spec|conftest)(?:[._-]|$)")
_GENERATED_NAME = re.compile(
    r"\.min\.(?:js|css)$|_pb2(?:_grpc)?\.pyi?$|\.pb\.go$|\.g\.dart$|\.generated\.|\.d\.ts$|\.map$"
)
_GENERATED = words("generated __generated__ _generated autogen gen codegen dist build")


def is_test(path: str) -> bool:
    """Tell whether a file belongs to tests, by its folders or name."""
    *folders, name = path.lower().split("/")
    return not _TESTS.isdisjoint(folders) or _TEST_NAME.search(name) is not None


def is_fixture(path: str) -> bool:
    """Tell whether a file is data that tests read."""
    return not _FIXTURES.isdisjoint(path.lower().split("/")[:-1])


def is_vendored(path: str) -> bool:
    """Tell whether a file is somebody else's code."""
    return not _VENDORED.isdisjoint(path.lower().split("/")[:-1])


def is_generated(path: str) -> bool:
    """Tell whether a file is made by a tool, by its folders or name."""
    *folders, name = path.lower().split("/")
    return not _GENERATED.isdisjoint(folders) or _GENERATED_NAME.search(name) is not None


def is_documentation(path: str) -> bool:
    """Tell whether a file explains or shows something instead of doing it."""
    *folders, name = path.lower().split("/")
    return not _DOCUMENTATION.isdisjoint(folders) or name.endswith((".md", ".rst", ".adoc", ".mdx"))


def is_own_source(path: str) -> bool:
    """Tell whether a file is the team's own code that runs: none of the above."""
    return not (
        is_test(path)
        or is_fixture(path)
        or is_vendored(path)
        or is_generated(path)
        or is_documentation(path)
    )
