"""Whatever a repository holds, the audit judges it, reports it harmlessly and leaves it alone."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autodevops import Status
from autodevops.model.report import Report
from autodevops.render.interface import Format, RenderOptions, render
from tests.conftest import MakeRepo
from tests.support.hostile import DEEP, bomb, spell
from tests.support.repositories import Repository
from tests.support.shop import judged, lay_out
from tests.support.trees import trace

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_COMMAND = re.compile(r"^\s*::(?!error |warning |notice |group|endgroup)|##\[", re.MULTILINE)


def crashed(report: Report) -> list[tuple[str, str | None]]:
    return [(rule.id, rule.reason) for rule in report.rules if rule.status is Status.ERROR]


def audited(repo: Repository) -> Report:
    """Return the report, having seen that it came soon and that nothing was changed."""
    before, spent = trace(repo.path), sum(os.times()[:4])
    report = judged(repo)
    assert sum(os.times()[:4]) - spent < 10
    assert trace(repo.path) == before
    return report


@pytest.fixture(scope="module")
def spelt(tmp_path_factory: pytest.TempPathFactory) -> Report:
    repo = Repository(tmp_path_factory.mktemp("hostile") / "shop")
    spell(repo)
    report = audited(repo)
    assert crashed(report) == []
    assert len(report.findings) > 20
    return report


@pytest.mark.parametrize("form", list(Format))
def test_no_format_lets_a_name_speak(spelt: Report, form: Format) -> None:
    for width in (40, 100):
        text = render([spelt], form, RenderOptions(width=width))
        found = _CONTROL.search(text)
        assert found is None, text[max(0, found.start() - 40) : found.end()]
    if form is Format.HTML:
        assert "<script>alert" not in text
    if form is Format.GITHUB:
        assert _COMMAND.search(text) is None


def test_what_nests_deeply_crashes_no_rule(tmp_path: Path) -> None:
    repo = lay_out("good-repo", tmp_path / "shop")
    repo.write({**DEEP, ".github/workflows/bomb.yml": bomb()})
    repo.commit("feat: depth")
    report = audited(repo)
    assert crashed(report) == []
    assert not report.summary.complete


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "Latin-1": lambda good: good.replace(b"e", b"\xe9"),
    "UTF-16": lambda good: b"\xff\xfe" + good.decode().encode("utf-16-le"),
    "half a UTF-16": lambda good: b"\xff\xfe" + good.decode().encode("utf-16-le") + b"\x00\xd8a",
    "NUL": lambda good: good[:50] + b"\0" + good[50:],
    "escapes": lambda good: good.replace(b"a", b"\x1b[31m\xe2\x80\xae"),
    "other line ends": lambda good: good.replace(b"\n", b"\n\x0c\x1c\xc2\x85\xe2\x80\xa8"),
    "cut": lambda good: good[: len(good) // 2],
    "backwards": lambda good: good[::-1],
    "empty": lambda _good: b"",
    "a number": lambda _good: b"1",
    "no values": lambda good: re.sub(rb"(?m)(: ?|= ?)\S.*$", rb"\1", good),
    "lists for values": lambda good: re.sub(rb"(?m)(: ?|= ?)\S.*$", rb"\g<1>[]", good),
    "long numbers": lambda good: re.sub(rb"(?m)(: ?|= ?)\S.*$", rb"\g<1>" + b"9" * 5000, good),
    "null in JSON": lambda good: re.sub(rb'"[^"\n]*"(?=\s*[,}\]])', b"null", good),
    "lists in JSON": lambda good: re.sub(rb'"[^"\n]*"(?=\s*[,}\]])', b"[[1]]", good),
    "no date": lambda good: re.sub(rb"\d{4}-\d\d-\d\d", b"9999-99-99", good),
    "other digits": lambda good: re.sub(rb"\d", "\u0663".encode(), good),
    "huge digits": lambda good: re.sub(rb"\d+", b"9" * 23, good),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_no_content_crashes_a_rule(tmp_path: Path, change: str) -> None:
    repo = lay_out("good-repo", tmp_path / "shop")
    for path in repo.git("ls-files").split("\n"):
        place = repo.path / path
        place.write_bytes(CHANGES[change](place.read_bytes()))
    assert crashed(audited(repo)) == []


def test_a_file_of_1500_folders_is_audited(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# shop\n"})
    oid = repo.git("hash-object", "-w", "--stdin", stdin="x\n")
    deep = "d/" * 1500 + "main.py"
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{deep}")
    assert crashed(audited(repo)) == []
