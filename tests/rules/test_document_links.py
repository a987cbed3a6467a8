"""The rule about links and commit ids in documents."""

import pytest

from autodevops.model.finding import Unknown, Violation
from autodevops.rules.document_links import dead_link
from tests.conftest import MakeRepo
from tests.support.asking import is_not_applicable, outcomes
from tests.support.history import judged, unknown
from tests.support.memory import snapshot_of
from tests.support.repositories import ago

FILES = {
    "docs/guide.md": "# Guide\n\n## Set up!\n\n<a id='old-name'></a>\n\nText\n====\n\n## `a_b` c\n",
    "docs/img/a b.png": "",
    "ops/auto-scaler.md": "# Scaling\n",
    "src/main.py": "x = 1\n",
    ".gitignore": "coverage/\n",
}


def dead(text: str, path: str = "docs/start.md", **files: str) -> list[str]:
    said = outcomes(dead_link, {**FILES, path: text, **files})
    found = [one for one in said if isinstance(one, Violation)]
    return [
        str(link["target"])  # type: ignore[index, call-overload]
        for one in found
        for link in one.evidence["links"]  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("[x](setup.md)", "setup.md"),
        ("[x](../ops/autoscaler.md)", "../ops/autoscaler.md"),
        ("![x](img/b.png)", "img/b.png"),
        ("[x]\n\n[x]: ./gone.md 'Title'", "./gone.md"),
        ('<a href="gone.html">x</a>', "gone.html"),
        ("[x](guide.md#missing)", "guide.md#missing"),
        ("# Here\n\n[x](#there)", "#there"),
        ("[x](Guide.md)", "Guide.md"),
        ("[x](/docs/gone.md)", "/docs/gone.md"),
        ("[x](LICENSE)", "LICENSE"),
        ("[![x](img/b.png)](guide.md)", "img/b.png"),
        ("- one\n- `code` and [x](gone.md) twice", "gone.md"),
    ],
)
def test_what_leads_nowhere(text: str, target: str) -> None:
    assert dead(text) == [target]


@pytest.mark.parametrize(
    "text",
    [
        "[x](guide.md) [x](guide) [x](../docs/) [x](.) [x](..) [x](img/a%20b.png)",
        "[x](guide.md#set-up) [x](guide.md#old-name) [x](guide.md#text) [x](guide.md#a_b-c)",
        "# Here & There\n\n## Here & There\n\n[x](#here--there) [y](#here--there-1) [z](#top)",
        "[x](https://x.test/a) [x](mailto:a@x.test) [x](//x.test) [x](tel:+123) <https://x.test>",
        "[x](../../issues/3) [x](../../wiki) [x](../src/main.py#L10)",
        "```md\n[x](gone.md)\n```\n\n`[x](gone.md)` <!-- [x](gone.md) -->\n\n    [x](gone.md)\n",
        "[x](url) [x](path/to/file.md) [x]({{ url }}) [x](<file>) [x]($FILE) [x](docs/...)",
        "[x](../coverage/index.html) [x](user@host)",
        "matrix[0](x.y) and foo\\[x](gone.md)",
        "[//]: # (a comment)\n\n[^1]: gone.md\n",
    ],
)
def test_innocent(text: str) -> None:
    assert dead(text) == []


@pytest.mark.parametrize(
    "path",
    [
        "CHANGELOG.md",
        ".github/ISSUE_TEMPLATE/bug.md",
        "node_modules/x/README.md",
        "tests/fixtures/a.md",
        "templates/new/README.md",
    ],
)
def test_documents_that_are_not_judged(path: str) -> None:
    assert dead("[x](gone.md)", path) == []


def test_a_site_generator_s_pages_have_other_links() -> None:
    text = "[x](/guide/start) [x](./intro) [x](api.html)"
    assert dead(text, **{"docs/.vitepress/config.ts": ""}) == []
    assert dead("[x](gone.md)", **{"docs/.vitepress/config.ts": ""}) == ["gone.md"]


def test_all_dead_links_of_a_document_are_one_finding() -> None:
    said = outcomes(dead_link, {"README.md": "[a](a.md)\n\n[b](b.md)\n", "docs/b.md": ""})
    (found,) = [one for one in said if isinstance(one, Violation)]
    assert [place.line for place in found.locations] == [1, 3]
    assert "docs/b.md has that name" in found.message


def test_without_documents_there_is_nothing_to_judge() -> None:
    assert is_not_applicable(dead_link, {"a.py": ""})


def test_a_large_document_is_cut_short_or_quick() -> None:
    text = "[" * 20_000 + "](x.md) " * 20_000 + "`" * 20_000 + "<a " * 20_000
    said = outcomes(dead_link, snapshot_of({"README.md": text}))
    assert all(isinstance(one, Violation | Unknown) for one in said)


class TestCommitIds:
    @staticmethod
    def said(make_repo: MakeRepo, text: str, path: str = "ops/x.md") -> list[str]:
        repo = make_repo({"a": "1"}, at=ago(days=5))
        known = repo.git("rev-parse", "HEAD").strip()
        repo.commit("docs: x", {path: text.replace("KNOWN", known[:10])}, at=ago(days=4))
        return [one.message for one in judged(dead_link, repo) if isinstance(one, Violation)]

    @pytest.mark.parametrize(
        "text",
        [
            "Fixed in commit abc1234.",
            "Reverted by `commit` then, see [x](../../commit/abc1234f).",
            "| Branch | Commit |\n|---|---|\n| main | `abc1234` |",
        ],
    )
    def test_a_commit_that_the_default_branch_lacks(self, make_repo: MakeRepo, text: str) -> None:
        (message,) = self.said(make_repo, text)
        assert "abc1234" in message

    @pytest.mark.parametrize(
        "text",
        [
            "Fixed in commit KNOWN.",
            "Fixed upstream in commit abc1234.",
            "See https://github.com/other/project/commit/abc1234 for the commit.",
            "The image digest is abc1234def; the commit was made in 2024, room 1234567.",
            "```\ngit show commit abc1234\n```",
            "For example commit abc1234.",
        ],
    )
    def test_innocent(self, make_repo: MakeRepo, text: str) -> None:
        assert self.said(make_repo, text) == []

    def test_a_commit_of_another_branch(self, make_repo: MakeRepo) -> None:
        repo = make_repo({"a": "1"})
        repo.checkout("feature/x", create=True)
        repo.commit("feat: x", {"b": "2"})
        other = repo.git("rev-parse", "HEAD").strip()[:8]
        repo.checkout("main")
        repo.commit("docs: x", {"ops/x.md": f"Deployed commit {other}a1."[:-3] + "."})
        (found,) = [one for one in judged(dead_link, repo) if isinstance(one, Violation)]
        assert "only on another branch or tag" in found.message
        assert not unknown(dead_link, repo)
