"""What changes or hides text of repositories: editors, a model's edits, the search for secrets."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tests.fuzz.altered import parts, text
from tests.fuzz.interface import Target
from tests.fuzz.small_engines import PatternEngine
from tests.fuzz.small_history import SmallHistory
from tests.support.memory import snapshot_of


def _yaml_edits(data: bytes) -> None:
    """An edit that is not refused is YAML, and says what was asked."""
    from autodevops.facts._yaml import Mapping as YamlMapping
    from autodevops.facts._yaml import Sequence, parse
    from autodevops.fixing import _workflow_text, _yaml, _yaml_items
    from autodevops.fixing._api import Refusal

    whole = text(data)
    root = parse(whole).root
    for key in list(getattr(root, "index", ()))[:3]:
        for new in (
            _yaml.insert_key(whole, (), "added: 1", after=key),
            _yaml.insert_key(whole, (), "added: 1", before=key),
            _yaml.insert_key(whole, (key,), "added: 1"),
            _yaml.append_item(whole, (key,), "added"),
            _yaml.replace_scalar(whole, (key,), "'added'"),
            _yaml.remove_key(whole, (key,)),
        ):
            assert isinstance(new, Refusal) or parse(new).problem is None
        found = _yaml.find(whole, (key,))
        if isinstance(found, YamlMapping):
            _workflow_text.put(whole, (key,), "added", "1")
        if isinstance(found, Sequence):
            _yaml_items.remove_item(whole, (key,), 0)
    list(_workflow_text.steps(whole))


def _toml_edits(data: bytes) -> None:
    import tomllib

    from autodevops.fixing import _toml
    from autodevops.fixing._api import Refusal

    def alter(document: Any) -> None:
        document["added"] = 1

    whole = text(data)
    new = _toml.change(whole, alter)
    if not isinstance(new, Refusal):
        assert tomllib.loads(new) == {**tomllib.loads(whole), "added": 1}


def _line_edits(data: bytes) -> None:
    """Lines that no edit is about keep their bytes; a difference tells of all others."""
    from autodevops.fixing import _lines
    from autodevops.fixing.preview import changes
    from autodevops.model.edit import Edit
    from autodevops.model.snapshot import decode

    before, after = (*parts(data), b"")[:2]
    old, wanted = decode(before), decode(after)
    if old is None or wanted is None or "\0" in wanted or wanted.startswith("\ufeff"):
        return
    same = _lines.rewritten(before, old)
    assert same is None or same == before
    new = _lines.rewritten(before, wanted)
    if new is not None and not before.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert decode(new) == wanted
    list(changes([Edit(path="a", content=after)], snapshot_of({"a": before})))
    _lines.transplanted(old, old, wanted)
    _lines.moved(old, wanted, 1)


def _model_edits(data: bytes) -> None:
    """Edits that a model wants: what may not be written is refused with a reason."""
    from autodevops.advice.denied import is_denied
    from autodevops.advice.interface import Patch
    from autodevops.advice.suspicions import suspicions
    from autodevops.fixing.boundaries import objections, path_objection
    from autodevops.fixing.hiding import Allowed, hiding_objections
    from autodevops.fixing.parsing import parse_objection
    from autodevops.model.edit import Edit

    path, before, after = (*parts(data), b"", b"")[:3]
    named = text(path)
    for suffix in ("", ".yml", ".toml", ".json", ".py", ".sh", ".tf", ".sql", ".md", "Dockerfile"):
        at = named + suffix
        snapshot = snapshot_of({at or "a": before})
        edits = (Edit(path=at, content=after), Edit(path="a", content=None))
        told = [*objections(edits, snapshot), *hiding_objections(edits, snapshot, _allowed(at))]
        odd = path_objection(at)
        assert odd is None or told
        parse_objection(at, before, after)
        is_denied(at)
    patch = Patch(path="a", search=None, replace=text(after))
    list(suspicions([patch], {"a": before}))
    assert Allowed(paths=frozenset()).governance is False


def _allowed(path: str) -> Any:
    from autodevops.fixing.hiding import Allowed

    return Allowed(paths=frozenset({path}), governance=True)


def _scan(data: bytes) -> None:
    """Secrets in files and in history; a text that leaves has none of them in it."""
    from autodevops.model.detection import HistoryScan, TreeScan
    from autodevops.scanners.masking import Masking, UnmaskedError
    from autodevops.scanners.secrets import Secrets
    from autodevops.scanners.written import dump_scan, load_scan

    content, *messages = parts(data)
    scanner = Secrets(engine=PatternEngine(), cache=None)
    names = ("a.env", "src/a.py", "docs/a.md", "tests/test_a.py", "package-lock.json")
    tree = scanner.scan_tree(snapshot_of(dict.fromkeys(names, content)))
    assert isinstance(tree, TreeScan)
    found = scanner.scan_history(SmallHistory(messages, [], names, content))
    assert isinstance(found, HistoryScan)
    assert load_scan(dump_scan(found)) == found
    masking = Masking(PatternEngine())
    said = text(content)
    with suppress(UnmaskedError):
        masked = masking.mask(said, "a.env")
        assert masked.count("\n") == said.count("\n")
        assert masking.mask(masked, "a.env") == masked


TARGETS: Mapping[str, Target] = {
    "yaml-edits": _yaml_edits,
    "toml-edits": _toml_edits,
    "line-edits": _line_edits,
    "model-edits": _model_edits,
    "scan": _scan,
}
"""Each by what it changes."""
