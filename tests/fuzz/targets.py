"""Each parser as a function of bytes: it ends, and raises nothing but what it promises."""

from collections.abc import Callable, Mapping

from autodevops.errors import ConfigurationError, UsageError

Target = Callable[[bytes], object]
"""Takes any bytes."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _yaml(data: bytes) -> None:
    from autodevops.facts._yaml import parse

    parse(_text(data))


def _toml(data: bytes) -> None:
    from autodevops.facts._toml_lines import read_toml, read_tree

    read_toml(_text(data))
    read_tree(_text(data))


def _jsonc(data: bytes) -> None:
    from autodevops.facts._tsconfig import parse_jsonc

    parse_jsonc(_text(data))


def _dockerfile(data: bytes) -> None:
    from autodevops.facts._docker_ignore import read_docker_ignore
    from autodevops.facts._docker_stages import read_dockerfile

    read_dockerfile("Dockerfile", _text(data))
    read_docker_ignore(".dockerignore", _text(data))


def _hcl(data: bytes) -> None:
    from autodevops.facts._hcl import read_hcl

    read_hcl(_text(data))


def _shell(data: bytes) -> None:
    from autodevops.facts._shell import parse

    parse(_text(data))


def _sql(data: bytes) -> None:
    from autodevops.facts._sql_parse import parse

    list(parse(_text(data)))


def _markdown(data: bytes) -> None:
    from autodevops.facts._markdown import parse

    parse(_text(data))


def _makefile(data: bytes) -> None:
    from autodevops.facts._makefile import read_makefile

    read_makefile("Makefile", _text(data))


def _codeowners(data: bytes) -> None:
    from autodevops.facts.codeowners import parse_codeowners

    parse_codeowners("CODEOWNERS", _text(data))


def _ignores(data: bytes) -> None:
    from autodevops.facts.ignores import parse_pattern
    from autodevops.facts.path_index import compile_glob

    pattern = parse_pattern(_text(data).replace("\n", ""))
    if pattern:
        compile_glob(pattern)


def _commit(data: bytes) -> None:
    from autodevops.facts._conventional import parse_header
    from autodevops.sources.commits import parse_commit

    parse_header(parse_commit("0" * 40, data).message)


def _mailmap(data: bytes) -> None:
    from autodevops.facts.mailmap import read_mailmap

    read_mailmap(_text(data))


def _changelog(data: bytes) -> None:
    from autodevops.facts.changelog import read_sections

    list(read_sections("CHANGELOG.md", _text(data)))


def _versions(data: bytes) -> None:
    from autodevops.facts.semver import parse_version
    from autodevops.sources.github.names import parse

    parse_version(_text(data))
    parse(_text(data))


def _configuration(data: bytes) -> None:
    from autodevops.guide.baseline import load_baseline
    from autodevops.guide.document import parse_document

    for read in (parse_document, load_baseline):
        try:
            read(_text(data), "autodevops.toml")
        except ConfigurationError:
            continue


def _saved(data: bytes) -> None:
    from autodevops.render.saved import read_reports

    try:
        read_reports(data, "report.json")
    except (ConfigurationError, UsageError):
        return


def _escapes(data: bytes) -> None:
    from autodevops.render import escape

    text = _text(data)
    for shown in (escape.terminal(text), escape.csv_cell(text), escape.markdown(text)):
        assert shown.isprintable()
    assert "\n" not in escape.annotation_property(text)
    assert "<" not in escape.xml_text(text)


TARGETS: Mapping[str, Target] = {
    "yaml": _yaml,
    "toml": _toml,
    "jsonc": _jsonc,
    "dockerfile": _dockerfile,
    "hcl": _hcl,
    "shell": _shell,
    "sql": _sql,
    "markdown": _markdown,
    "makefile": _makefile,
    "codeowners": _codeowners,
    "ignores": _ignores,
    "commit": _commit,
    "mailmap": _mailmap,
    "changelog": _changelog,
    "versions": _versions,
    "configuration": _configuration,
    "saved": _saved,
    "escapes": _escapes,
}
"""Each by what it reads."""
