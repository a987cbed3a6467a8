"""Whatever became of the file, the history is read or refused with what to do."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given

from autodevops.errors import HistoryError
from autodevops.history.database import FILE, reading, writing
from autodevops.history.reading import audits, document, findings
from autodevops.history.store import Entry, Kind, record
from tests.support.audits import audited
from tests.support.damage import DAMAGE, Damage
from tests.support.examples import few


def test_a_damaged_history_is_read_or_refused(tmp_path: Path) -> None:
    with writing(tmp_path) as connection:
        entry = Entry(report=audited(), document=b"{}", key="k", kind=Kind.CURRENT, whole=True)
        record(connection, entry)
    content = (tmp_path / FILE).read_bytes()

    @few(25)
    @given(DAMAGE)
    @example(lambda old: old.replace(b"targets", b"ta\xffgets"))
    def holds(damage: Damage) -> None:
        with TemporaryDirectory() as folder:
            (Path(folder) / FILE).write_bytes(damage(content))
            try:
                with reading(Path(folder)) as connection:
                    assert connection is not None
                    for audit in audits(connection):
                        assert document(connection, audit) == b"{}"
                        findings(connection, audit.target, audit.branch)
            except HistoryError as refused:
                assert refused.advice  # noqa: PT017 - both are right

    holds()
