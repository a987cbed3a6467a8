"""The engine makes ready beside other work, as soon as it is likely that it will be needed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE
from typing import Any

import kingfisher_sdk
import pytest
from msgspec.structs import replace

from autodevops.facts._secrets.context import file_context
from autodevops.scanners import kingfisher as kingfisher_engine
from autodevops.scanners.kingfisher import KingfisherEngine
from autodevops.scanners.secrets import Secrets
from tests.scanners.conftest import CountingEngine
from tests.support.memory import snapshot_of

FILES = {f"app/{number}.py": f"NUMBER = {number}\n" for number in range(200)}


def cache_of(kingfisher: KingfisherEngine) -> Path:
    """Return the folder where the engine of all tests keeps its compiled rules."""
    assert kingfisher._cache is not None
    return kingfisher._cache.parent


def test_what_is_begun_finds_the_same(kingfisher: KingfisherEngine) -> None:
    engine = KingfisherEngine(cache_of(kingfisher))
    content = b'password = "hunter-2-horse-battery"\n'
    engine.begin()
    found = list(engine.scan(content, file_context("a.py")))
    assert found == list(kingfisher.scan(content, file_context("a.py"))) != []


def test_an_engine_that_can_t_make_ready_fails_for_the_one_who_scans(
    monkeypatch: pytest.MonkeyPatch, kingfisher: KingfisherEngine
) -> None:
    def no_room(*_arguments: object, **_options: object) -> None:
        raise MemoryError

    kingfisher_engine._loaded.cache_clear()
    monkeypatch.setattr("kingfisher_sdk.Rules", no_room)
    engine = KingfisherEngine(cache_of(kingfisher))
    engine.begin()
    with pytest.raises(MemoryError):
        list(engine.scan(b"a = 1\n", file_context("a.py")))


def test_the_audits_of_a_process_share_what_was_loaded(
    monkeypatch: pytest.MonkeyPatch, kingfisher: KingfisherEngine
) -> None:
    kingfisher_engine._loaded.cache_clear()
    loaded: list[object] = []

    def load(*arguments: Any, **options: Any) -> object:
        loaded.append(arguments)
        return rules(*arguments, **options)

    rules = kingfisher_sdk.Rules
    monkeypatch.setattr("kingfisher_sdk.Rules", load)
    engines = [KingfisherEngine(cache_of(kingfisher)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(KingfisherEngine.prepare, engines))
    assert len(loaded) == 2  # the rules for all files, and those for unquoted values


def test_rules_that_somebody_changed_are_written_anew(
    kingfisher: KingfisherEngine, tmp_path: Path
) -> None:
    for kept in (cache_of(kingfisher) / "rules").iterdir():
        (tmp_path / "rules").mkdir(mode=0o700, exist_ok=True)
        (tmp_path / "rules" / kept.name).write_bytes(kept.read_bytes())
    files = sorted((tmp_path / "rules").glob("*.yaml"))
    texts = [file.read_bytes() for file in files]
    assert len(files) == 2
    files[0].write_text("rules: []\n")
    KingfisherEngine(tmp_path).prepare()
    assert [file.read_bytes() for file in files] == texts
    assert {S_IMODE(file.stat().st_mode) for file in files[:1]} == {0o600}


def test_new_files_are_made_ready_for(engine: CountingEngine, scanner: Secrets) -> None:
    snapshot = snapshot_of(FILES)
    scanner.begin(snapshot)
    assert engine.begun
    scanner.scan_tree(snapshot)
    engine.begun = False
    scanner.begin(snapshot)
    assert not engine.begun
    scanner.begin(snapshot_of({**FILES, "app/0.py": "NUMBER = 'zero'\n"}))
    assert engine.begun


def test_nothing_is_made_ready_for_no_files(engine: CountingEngine, scanner: Secrets) -> None:
    scanner.begin(snapshot_of({}))
    assert not engine.begun


def test_files_outside_the_scope_ask_for_nothing(engine: CountingEngine, scanner: Secrets) -> None:
    scanner.begin(replace(snapshot_of(FILES), scope=frozenset()))
    assert not engine.begun


def test_before_the_first_search_there_is_no_need_to_look(
    engine: CountingEngine, scanner: Secrets
) -> None:
    scanner.begin_early()
    assert engine.begun
    scanner.scan_tree(snapshot_of(FILES))
    engine.begun = False
    scanner.begin_early()
    assert not engine.begun
    scanner.begin_early(surely=True)
    assert engine.begun
