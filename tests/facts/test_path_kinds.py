"""What a path alone says about a file."""

import pytest

from autodevops.facts import _path_kinds as kinds


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("app/main.py", set()),
        ("app/latest/contest.py", set()),
        ("src/attestation/specification.py", set()),
        ("app/tests/x.py", {"test"}),
        ("app/test_x.py", {"test"}),
        ("web/x.spec.ts", {"test"}),
        ("web/__tests__/fixture-a/x.ts", {"test", "fixture"}),
        ("pkg/testdata/x.json", {"fixture"}),
        ("units/inventory_test_data/x.yml", {"fixture"}),
        ("playground/x.ts", {"fixture"}),
        ("web/node_modules/a/x.js", {"vendored"}),
        ("vendor/a.go", {"vendored"}),
        ("docs/conf.py", {"documentation"}),
        ("README.md", {"documentation"}),
        ("examples/a.py", {"documentation"}),
        ("app/generated/client.ts", {"generated"}),
        ("app/x_pb2.py", {"generated"}),
        ("dist/x.min.js", {"generated"}),
    ],
)
def test_kinds(path: str, said: set[str]) -> None:
    answers = {
        "test": kinds.is_test(path),
        "fixture": kinds.is_fixture(path),
        "vendored": kinds.is_vendored(path),
        "documentation": kinds.is_documentation(path),
        "generated": kinds.is_generated(path),
    }
    assert {name for name, is_so in answers.items() if is_so} == said
    assert kinds.is_own_source(path) is (not said)
