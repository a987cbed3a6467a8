"""The rules about documents, waivers and encodings."""

from datetime import date

import pytest

from autodevops.guide.waivers import Waiver, WaiverUse
from autodevops.model.finding import NotApplicable
from autodevops.rules import governance as rules
from tests.support.asking import lines, outcomes, subjects, violations

DOCUMENTS = {
    "README.md": "# Shop\n\nSells things.\n",
    "CONTRIBUTING.md": "Open a pull request against main.\n",
    "SECURITY.md": "Write to security@example.com.\n",
    "MAINTAINERS.md": "- @ann\n",
    "CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- First release\n",
}
GITHUBS_TEMPLATE = """\
# Security Policy

## Supported Versions

Use this section to tell people about which versions of your project are
currently being supported with security updates.

| 5.1.x | yes |
"""


class TestGovernanceFile:
    def test_each_missing_document(self) -> None:
        files = {"README.md": DOCUMENTS["README.md"]}
        assert subjects(rules.governance_file, files) == list(DOCUMENTS)[1:]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "is empty"),
            ("# Security\n", "holds headings only"),
            ("# Security\n\n## Reporting\n\n---\n<!-- how? -->\n", "holds headings only"),
            ("Security\n========\n\n![badge](x.svg) [![b](c)](d)\n", "holds headings only"),
            ("# Security\n\nTODO\n", "says only that it is to be written"),
            ("# Security\n\n- TBD: contact\n- [Configure your address]\n", "says only"),
            ("# S\n\nComing soon...\n", "says only"),
            (GITHUBS_TEMPLATE, "still holds its template's own text"),
        ],
    )
    def test_a_stub(self, text: str, reason: str) -> None:
        (found,) = violations(rules.governance_file, DOCUMENTS | {"SECURITY.md": text})
        assert found.subject == "SECURITY.md"
        assert reason in found.message

    @pytest.mark.parametrize(
        "files",
        [
            {},
            {"SECURITY.md": None, ".github/SECURITY.md": "Write to us.\n"},
            {"README.md": None, "README.rst": "Shop\n====\n\nSells things.\n"},
            {"CHANGELOG.md": None, "CHANGES.txt": "1.0: first\n"},
            {"SECURITY.md": "# Security\n\nMail a@b.c. TODO: add a PGP key.\n"},
            {"CONTRIBUTING.md": "See [the guide](docs/contributing.md).\n"},
            {"SECURITY.md": "> Reports go to <a@b.c>\n\nTODO\n"},
        ],
    )
    def test_innocent(self, files: dict[str, str | None]) -> None:
        merged = {name: text for name, text in (DOCUMENTS | files).items() if text is not None}
        assert not subjects(rules.governance_file, merged)


class TestWaiverExpired:
    @staticmethod
    def waiver(subject: str, *, reason: str = "x") -> Waiver:
        return Waiver(
            rule="LA002",
            subject=subject,
            reason=reason,
            expires=date(2026, 1, 1),
            file="autodevops.toml",
            line=7,
        )

    def test_each_kind(self) -> None:
        use = WaiverUse(
            today=date(2026, 11, 22),
            count=4,
            past=(self.waiver("a"),),
            unexplained=(self.waiver("b", reason=""),),
            unused=(self.waiver("c"),),
        )
        found = violations(rules.waiver_expired, {}, given={WaiverUse: use})
        assert [one.subject for one in found] == ["LA002 a", "LA002 b", "LA002 c"]
        assert found[0].message == "the waiver of LA002 a is past its date (2026-01-01)"
        assert lines(rules.waiver_expired, {}, given={WaiverUse: use})[0] == ("autodevops.toml", 7)

    @pytest.mark.parametrize(("count", "answers"), [(0, 1), (2, 0)])
    def test_innocent(self, count: int, answers: int) -> None:
        use = WaiverUse(today=date(2026, 11, 22), count=count)
        said = outcomes(rules.waiver_expired, {}, given={WaiverUse: use})
        assert [type(one) for one in said] == [NotApplicable] * answers


class TestTextEncoding:
    @pytest.mark.parametrize(
        ("content", "fault", "line"),
        [
            (b"\xef\xbb\xbf{}", "begins with a byte order mark", 1),
            ("a: ü\n".encode("utf-16"), "is UTF-16", None),
            (b"a: 1\nb: \0\n", "holds a NUL byte", 2),
            (b"a: 1\nb: \xfc\n", "holds the byte 0xFC, not UTF-8", 2),
            ("a: x\nb: \u202eevil\n".encode(), "reverses the direction of text", 2),
            ("a:\u200b x\n".encode(), "holds an invisible zero-width space", 1),
        ],
    )
    def test_a_surprise(self, content: bytes, fault: str, line: int | None) -> None:
        (found,) = violations(rules.text_encoding, {".github/workflows/ci.yml": content})
        assert found.subject == ".github/workflows/ci.yml"
        assert fault in found.message
        assert found.locations[0].line == line

    @pytest.mark.parametrize(
        ("path", "content"),
        [
            ("a.yml", "name: Größe 🚀 \u2013 日本\n".encode()),
            ("tests/fixtures/bom.json", b"\xef\xbb\xbf{}"),
            ("locales/ar.json", '{"a": "\u202bmarhaban\u202c"}'.encode()),
            ("src/x.py", b"\xef\xbb\xbfx = 1\n"),
            ("logo.png", b"\x89PNG\0"),
            ("app.csproj", b"\xef\xbb\xbf<Project/>"),
        ],
    )
    def test_innocent(self, path: str, content: bytes) -> None:
        assert not subjects(rules.text_encoding, {path: content})
