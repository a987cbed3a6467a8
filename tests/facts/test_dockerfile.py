"""Dockerfile text as BuildKit reads it: directives, continued lines, here-documents, stages."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts import _docker_stages, _dockerfile
from autodevops.facts._docker_stages import Dockerfile, read_dockerfile
from autodevops.facts._dockerfile import expand, read_instructions
from autodevops.facts._image_names import image_name, provides, runs_as_root
from autodevops.model.finding import Unknown
from autodevops.rules import containers, image_builds
from tests.support.asking import outcomes
from tests.support.growth import assert_linear


def names(text: str) -> list[tuple[str, int]]:
    return [(one.name, one.line) for one in read_instructions(text)]


def dockerfile(text: str) -> Dockerfile:
    read = read_dockerfile("Dockerfile", text)
    assert read is not None
    return read


class TestInstructions:
    def test_continued_lines_with_comments_and_blank_lines_between(self) -> None:
        text = "FROM a\nRUN one && \\\n# no\n\n  two\nUSER x\n"
        (_, run, user) = read_instructions(text)
        assert run.rest == "one &&   two"
        assert (run.line, run.end_line, user.line) == (2, 5, 6)

    def test_another_escape_character(self) -> None:
        text = "# escape=`\nFROM windows\nCOPY a `\n b c:\\\nRUN dir c:\\\n"
        assert names(text) == [("FROM", 2), ("COPY", 3), ("RUN", 5)]

    def test_a_directive_after_a_comment_is_a_comment(self) -> None:
        text = "# hello\n# escape=`\nFROM a\nRUN b \\\n c\n"
        assert names(text) == [("FROM", 3), ("RUN", 4)]

    def test_a_here_document_is_no_instruction(self) -> None:
        text = "FROM a\nRUN <<EOF\nUSER root\nFROM b\nEOF\nUSER app\n"
        (_, run, user) = read_instructions(text)
        assert run.heredocs == ("USER root\nFROM b",)
        assert (run.end_line, user.line) == (5, 6)

    def test_here_documents_with_tabs_and_two_at_once(self) -> None:
        text = 'FROM a\nCOPY <<-"ONE" <<TWO /x/\n\tUSER a\n\tONE\nUSER b\nTWO\nCMD c\n'
        assert names(text) == [("FROM", 1), ("COPY", 2), ("CMD", 7)]

    def test_a_here_document_that_never_ends(self) -> None:
        assert names("FROM a\nRUN <<EOF\nUSER b\n") == [("FROM", 1), ("RUN", 2)]

    def test_options_and_the_exec_form(self) -> None:
        text = 'FROM a\nCOPY --from=b --link ["a b", "c"]\n'
        copy = read_instructions(text)[1]
        assert copy.flags == (("from", "b"), ("link", ""))
        assert copy.arguments == ("a b", "c")

    @pytest.mark.parametrize(
        ("text", "settings"),
        [
            ('ENV A=b C="d e"', [("A", "b"), ("C", "d e")]),
            ("ENV OLD style value", [("OLD", "style value")]),
            ("ENV A=b\\ c", [("A", "b c")]),
            ("ARG A B=1", [("A", None), ("B", "1")]),
        ],
    )
    def test_settings(self, text: str, settings: list[tuple[str, str | None]]) -> None:
        (one,) = read_instructions(text)
        assert [(name, value) for name, value, _ in one.settings] == settings

    def test_each_setting_has_its_own_line(self) -> None:
        (one,) = read_instructions("ENV A=1 \\\n    B=2 \\\n    C=3\n")
        assert [line for _, _, line in one.settings] == [1, 2, 3]

    @given(st.text(alphabet="FROMCPY abc\\`\"'\n#<EO$-={}", max_size=200))
    def test_of_any_text_instructions_come_in_the_order_of_its_lines(self, text: str) -> None:
        read_dockerfile("Dockerfile", text)
        lines = [one.line for one in read_instructions(text)]
        assert lines == sorted(set(lines))
        assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A-${A}", "1-1"),
        ("${B:-x}", "x"),
        ("${EMPTY:-x}${EMPTY-y}", "x"),
        ("${A:+yes}", "yes"),
        ("$B", None),
        ("$C", None),
        ("plain", "plain"),
    ],
)
def test_variables(text: str, expected: str | None) -> None:
    assert expand(text, {"A": "1", "C": None, "EMPTY": ""}) == expected


class TestStages:
    def test_names_and_what_they_stand_on(self) -> None:
        file = dockerfile("ARG V=20\nFROM node:${V} AS Base\nFROM base AS b\nFROM x:$W\n")
        assert [stage.base for stage in file.stages] == ["node:20", "base", None]
        assert [stage.parent for stage in file.stages] == [None, 0, None]
        assert [stage.index for stage in file.chain(file.stages[1])] == [0, 1]

    def test_an_image_of_a_later_stage_s_name_is_an_image(self) -> None:
        file = dockerfile("FROM node AS a\nFROM a AS node\n")
        assert file.stages[0].parent is None
        assert file.stages[1].parent == 0

    def test_arguments_before_from_hold_only_where_they_are_declared(self) -> None:
        file = dockerfile("ARG U=app\nFROM a\nUSER $U\nARG U\nUSER $U\n")
        users = [
            expand(step.instruction.rest, step.values)
            for step in file.walk(file.stages[0])
            if step.instruction.name == "USER"
        ]
        assert users == [None, "app"]

    def test_the_environment_of_a_parent_is_inherited(self) -> None:
        file = dockerfile("FROM a AS x\nENV A=1\nARG B=2\nFROM x\nENV C=$A$A D=${B:-none}\n")
        assert file.environment(file.stages[1]) == {"A": "1", "C": "11", "D": "none"}

    def test_without_from_it_is_none(self) -> None:
        assert read_dockerfile("Dockerfile", "hello there\n") is None


@pytest.mark.parametrize(
    ("text", "repository", "tag", "pinned"),
    [
        ("node", "node", None, False),
        ("node:latest", "node", "latest", False),
        ("docker.io/library/node:20", "node", "20", True),
        ("localhost:5000/a/b", "localhost:5000/a/b", None, False),
        ("ghcr.io/a/b:1@sha256:00", "ghcr.io/a/b", "1", True),
        ("a@sha256:00", "a", None, True),
    ],
)
def test_image_names(text: str, repository: str, tag: str | None, pinned: bool) -> None:
    name = image_name(text)
    assert (name.repository, name.tag, name.is_pinned) == (repository, tag, pinned)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("python:3.13-slim", True),
        ("gcr.io/distroless/python3-debian12", True),
        ("gcr.io/distroless/python3-debian12:nonroot", False),
        ("cgr.dev/chainguard/python:latest", False),
        ("nginxinc/nginx-unprivileged:1.27", False),
        ("ghcr.io/acme/base:1", None),
        ("mcr.microsoft.com/windows/nanoserver:ltsc2022", None),
    ],
)
def test_as_whom_an_image_starts(text: str, root: bool | None) -> None:
    assert runs_as_root(image_name(text)) is root


@pytest.mark.parametrize(
    ("text", "program", "there"),
    [
        ("python:3.13-slim", "curl", False),
        ("python:3.13", "curl", True),
        ("node:22-alpine", "wget", True),
        ("node:22-alpine", "curl", False),
        ("nginx:1.27", "curl", True),
        ("debian:12", "wget", False),
        ("node:22-alpine", "python3", False),
        ("node:22", "python3", None),
        ("ghcr.io/acme/base:1", "curl", None),
        ("scratch", "curl", False),
        ("python:3.13-slim", "pg_isready", None),
    ],
)
def test_what_base_images_bring(text: str, program: str, there: bool | None) -> None:
    assert provides(image_name(text), program) is there


def stages(count: int) -> str:
    return "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\n" for n in range(count))


def variables(count: int) -> str:
    return "FROM a\n" + "".join(f"ENV V{n}=1 W{n}=$V{n}\n" for n in range(count))


class TestHostileText:
    @pytest.mark.parametrize(
        ("made", "size"),
        [
            (lambda n: "# a=" + " " * n + "x\nFROM a\n", 20_000),
            (lambda n: "FROM a\nENV A=xx\n" + "ENV A=$A$A\n" * n + "USER $A\n", 30),
            (stages, 300),
            (variables, 1_000),
            (lambda n: "FROM a\nRUN " + "<<E " * n + "\n", 2_000),
            (lambda n: "FROM a\nCMD " + "uv run " * n + "\n", 2_000),
        ],
        ids=["spaces", "doubling", "stages", "variables", "documents", "runners"],
    )
    def test_time_grows_with_it(
        self, monkeypatch: pytest.MonkeyPatch, made: Callable[[int], str], size: int
    ) -> None:
        for module in (_dockerfile, _docker_stages):
            monkeypatch.setattr(module, "MAX_INSTRUCTIONS", 200)

        def ask(text: str) -> None:
            for rule in (containers.root_user, image_builds.broken_start_command):
                outcomes(rule, {"Dockerfile": text})

        assert_linear(ask, made, size)

    def test_what_is_cut_short_says_so(self) -> None:
        text = "FROM a:1\n" + "RUN x\n" * 1_500
        (said,) = outcomes(image_builds.dockerignore, {"Dockerfile": text})
        assert isinstance(said, Unknown)
        assert said.reason == "Dockerfile is too long; its end is not read"
