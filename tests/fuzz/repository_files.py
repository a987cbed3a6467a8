"""Parsers of what stands in repositories: each as a function of bytes."""

from collections.abc import Mapping

from tests.fuzz.altered import parts, text
from tests.fuzz.interface import Target


def _yaml(data: bytes) -> None:
    from autodevops.facts._yaml import parse

    parse(text(data))


def _toml(data: bytes) -> None:
    from autodevops.facts._toml_lines import read_toml, read_tree

    read_toml(text(data))
    read_tree(text(data))


def _jsonc(data: bytes) -> None:
    from autodevops.facts._tsconfig import parse_jsonc

    parse_jsonc(text(data))


def _dockerfile(data: bytes) -> None:
    from autodevops.facts._docker_ignore import read_docker_ignore
    from autodevops.facts._docker_stages import read_dockerfile

    read_dockerfile("Dockerfile", text(data))
    read_docker_ignore(".dockerignore", text(data))


def _images(data: bytes) -> None:
    from autodevops.facts._image_names import image_name
    from autodevops.facts._image_references import resolved

    image_name(text(data))
    resolved(text(data), {"A": "b"})


def _hcl(data: bytes) -> None:
    from autodevops.facts._hcl import read_hcl

    read_hcl(text(data))


def _shell(data: bytes) -> None:
    from autodevops.facts._shell import PLAIN, mode_of, parse

    parse(text(data))
    parse(text(data), PLAIN)
    mode_of(text(data))


def _expressions(data: bytes) -> None:
    from autodevops.facts._expressions import calls_in, evaluate, names_in
    from autodevops.facts._triggers import matches

    evaluate(text(data), {"github.ref": "refs/heads/main"})
    names_in(text(data))
    calls_in(text(data))
    matches(text(data), "feature/a")


def _sql(data: bytes) -> None:
    from autodevops.facts._sql.parse import parse, written_relation

    list(parse(text(data)))
    written_relation(text(data))


def _markdown(data: bytes) -> None:
    from autodevops.facts._link_anchors import anchors_of
    from autodevops.facts._link_finder import relative_links
    from autodevops.facts._markdown import parse
    from autodevops.facts._placeholders import unwritten

    anchors_of(text(data))
    list(relative_links(text(data)))
    list(unwritten(text(data), parse(text(data))))


def _code(data: bytes) -> None:
    from autodevops.facts._env_python import python_reads
    from autodevops.facts._env_text import compose_reads, web_reads, workflow_reads
    from autodevops.facts._imports import python_imports, web_imports
    from autodevops.facts._python_code import type_checking_lines

    for read in (python_reads, web_reads, compose_reads, workflow_reads):
        list(read(text(data)))
    list(python_imports(text(data)))
    list(web_imports(text(data)))
    type_checking_lines(text(data))


def _makefile(data: bytes) -> None:
    from autodevops.facts._makefile import read_makefile

    read_makefile("Makefile", text(data))


def _codeowners(data: bytes) -> None:
    from autodevops.facts.codeowners import parse_codeowners

    owners = parse_codeowners("CODEOWNERS", text(data))
    for line in owners.lines:
        line.glob.matches("app/main.py")


def _ignores(data: bytes) -> None:
    from autodevops.facts.ignores import parse_pattern
    from autodevops.facts.path_index import compile_glob

    pattern = parse_pattern(text(data).replace("\n", ""))
    if pattern:
        compile_glob(pattern)


def _commit(data: bytes) -> None:
    from autodevops.facts._conventional import parse_header, without_pull_request
    from autodevops.sources.commits import parse_commit

    parse_header(parse_commit("0" * 40, data).message)
    without_pull_request(text(data))


def _mailmap(data: bytes) -> None:
    from autodevops.facts.mailmap import read_mailmap

    read_mailmap(text(data))


def _changelog(data: bytes) -> None:
    from autodevops.facts.changelog import read_sections

    list(read_sections("CHANGELOG.md", text(data)))


def _versions(data: bytes) -> None:
    from autodevops.facts import _manifest_versions
    from autodevops.facts._module_versions import api_version, module_version
    from autodevops.facts.semver import parse_version

    parse_version(text(data))
    module_version(text(data))
    api_version(text(data))
    for read in (
        _manifest_versions.pyproject_version,
        _manifest_versions.cargo_version,
        _manifest_versions.package_json_version,
        _manifest_versions.setup_cfg_version,
    ):
        read(text(data))


def _promql(data: bytes) -> None:
    from autodevops.facts._promql import metric_names

    list(metric_names(text(data)))


def _secrets(data: bytes) -> None:
    from autodevops.facts._secrets.context import file_context
    from autodevops.facts._secrets.sightings import Candidate, sight
    from autodevops.facts._secrets.values import judge_value
    from autodevops.scanners.content import Unread, readable
    from autodevops.scanners.unwrapping import unwrapped

    name, _, value = text(data).partition("=")
    judge_value(name, value, "config.env", line=text(data))
    content = readable(data)
    if isinstance(content, Unread):
        return
    for start in range(min(len(content), 3)):
        unwrapped(content, start)
    found = value.encode("utf-8", "surrogateescape")
    if found and found in content:
        at = content.index(found)
        for rule in ("betterleaks.github-pat", "autodevops.named.1", "autodevops.assignment.1"):
            one = Candidate(rule=rule, value=value, start=at, end=at + len(found))
            for path in ("app/settings.py", ".env.example", "tests/test_x.py", "README.md"):
                list(sight(content, [one], file_context(path), []))


def _repository(data: bytes) -> None:
    from tests.fuzz.whole_repository import audit_files

    audit_files(parts(data))


def _repairs(data: bytes) -> None:
    from tests.fuzz.whole_repository import fix_files

    fix_files(parts(data))


TARGETS: Mapping[str, Target] = {
    "yaml": _yaml,
    "toml": _toml,
    "jsonc": _jsonc,
    "dockerfile": _dockerfile,
    "images": _images,
    "hcl": _hcl,
    "shell": _shell,
    "expressions": _expressions,
    "sql": _sql,
    "markdown": _markdown,
    "code": _code,
    "makefile": _makefile,
    "codeowners": _codeowners,
    "ignores": _ignores,
    "commit": _commit,
    "mailmap": _mailmap,
    "changelog": _changelog,
    "versions": _versions,
    "promql": _promql,
    "secrets": _secrets,
    "repository": _repository,
    "repairs": _repairs,
}
"""Each by what it reads."""
