"""The shapes of changelogs, and headings that only look like versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts.changelog import read_sections


def read(text: str) -> list[tuple[int, str]]:
    return [(section.line, section.text) for section in read_sections("CHANGELOG.md", text)]


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-01-01\n", [(5, "1.2.0")]),
        ("## v1.2.0\n## 1.1.0\n# 1.0\n", [(1, "1.2.0"), (2, "1.1.0"), (3, "1.0")]),
        ("## [1.2.0](https://example.com/a_(b)) (2026-01-01)\n", [(1, "1.2.0")]),
        ("## [1.2.0](https://example.com/v1.1...v1.2) (2026-01-01)\n", [(1, "1.2.0")]),
        ("## <a name='1.2.0'></a>1.2.0 (2026-01-01)\n", [(1, "1.2.0")]),
        ("## **1.2.0** / 2026-01-01\n", [(1, "1.2.0")]),
        ("## :tada: 1.2.0\n", [(1, "1.2.0")]),
        ("## 🎉 1.2.0\n", [(1, "1.2.0")]),
        ("## Version 1.2.0, released 2026-01-01\n", [(1, "1.2.0")]),
        ("## @acme/shop@1.2.0\n", [(1, "1.2.0")]),
        ("## 1.2.0rc1 (2026-01-01)\n", [(1, "1.2.0rc1")]),
        ("1.2.0 (2026-01-01)\n------------------\n", [(1, "1.2.0")]),
        ("v1.2.0\n======\n", [(1, "v1.2.0"[1:])]),
        ("1.2.0 (2026-01-01)\n\n* first\n", [(1, "1.2.0")]),
        ("1.2.0 is out\n", []),
        ("1.2.0\n", []),
        ("- 1.2.0 (2026-01-01)\n", []),
        ("  1.2.0 (2026-01-01)\n", []),
        ("## 18.2.0 React upgrade\n", []),
        ("## Upgrading to 2.0\n", []),
        ("## Python 3.12\n", []),
        ("## shop 3.12 (2026-01-01)\n", [(1, "3.12")]),
        ("## Python 3.12 support\n", []),
        ("```\n## 1.2.0\n```\n## 1.1.0\n", [(4, "1.1.0")]),
        ("== 1.2.0 (2026-01-01)\n", [(1, "1.2.0")]),
        ("##### 1.2.0\n", []),
    ],
)
def test_headings(text: str, sections: list[tuple[int, str]]) -> None:
    assert read(text) == sections


@pytest.mark.parametrize(
    ("heading", "pending"),
    [
        ("## 1.2.0", False),
        ("## 1.2.0 - 2026-01-01", False),
        ("## 1.2.0 (May 2026)", False),
        ("## [1.2.0] - Unreleased", True),
        ("## 1.2.0 (not yet released)", True),
        ("## 1.2.0 - TBD", True),
        ("## 1.2.0 - 2026-xx-xx", True),
        ("Version 1.2.0\n-------------\n\nUnreleased\n\n- x", True),
        ("## 1.2.0\n\n_Released 2026-01-01_\n", False),
        ("## 1.2.0\n\n- Unreleased sections are shown\n- in 2026\n", False),
    ],
)
def test_what_a_heading_says_about_the_release(heading: str, pending: bool) -> None:
    (section,) = read_sections("CHANGELOG.md", heading)
    assert section.is_pending is pending


@given(st.text(alphabet="#1.v[]()- =\nax", max_size=200))
def test_any_text_is_read(text: str) -> None:
    for section in read_sections("CHANGELOG.md", text):
        assert section.text in text.split("\n")[section.line - 1]
