"""The labelled set: nearly everything is found, and nothing else."""

import pytest

from autodevops.scanners.secrets import Secrets
from tests.scanners.conftest import found
from tests.secret_set import innocents, planted
from tests.support.memory import snapshot_of

SEEDS = (7, 23, 101)


@pytest.mark.parametrize("seed", SEEDS)
def test_secrets_of_many_kinds_are_found(scanner: Secrets, seed: int) -> None:
    secrets = planted(seed)
    assert len(secrets) >= 60
    assert len({secret.kind for secret in secrets}) >= 30
    scan = found(scanner, snapshot_of({secret.path: secret.content for secret in secrets}))
    paths = {detection.path for detection in scan.detections}
    missed = [f"{secret.kind}: {secret.path}" for secret in secrets if secret.path not in paths]
    assert len(missed) <= len(secrets) * 0.05, missed


@pytest.mark.parametrize("seed", SEEDS)
def test_innocents_that_look_guilty_are_left_alone(scanner: Secrets, seed: int) -> None:
    files = innocents(seed)
    assert len(files) >= 60
    scan = found(scanner, snapshot_of(files))
    assert [(one.path, one.kind, one.masked) for one in scan.detections] == []


def test_a_detection_never_holds_its_value(scanner: Secrets) -> None:
    secrets = planted()
    scan = found(scanner, snapshot_of({secret.path: secret.content for secret in secrets}))
    told = repr(scan)
    assert [secret.path for secret in secrets if secret.value in told] == []


def test_lines_and_columns_count_from_one(scanner: Secrets) -> None:
    secret = next(one for one in planted() if one.path == "app/github.py")
    (detection,) = found(scanner, snapshot_of({"é.py": secret.content})).detections
    assert (detection.line, detection.column, detection.end_line) == (2, 18, 2)
    assert detection.masked == "ghp_…"


@pytest.mark.parametrize("path", [one.path for one in planted() if one.kind.startswith("utf-16")])
def test_other_encodings_keep_their_lines(scanner: Secrets, path: str) -> None:
    secret = next(one for one in planted() if one.path == path)
    (detection,) = found(scanner, snapshot_of({path: secret.content})).detections
    assert detection.line == (1 if path.endswith(".config") else 2)
