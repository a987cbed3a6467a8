"""What advice is asked with: whom, what rules and guide demand, and what searches for secrets."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, get_type_hints

from autodevops.advice.interface import Masker, MaskingError, NoAdviceError, Obstacle
from autodevops.advice.prompt import Demand
from autodevops.auditing import Opened
from autodevops.guide.model import Guide
from autodevops.guide.show import rows
from autodevops.request import Request
from autodevops.rules._api import Rule
from autodevops.scanners.interface import SecretEngine
from autodevops.scanners.masking import Masking, UnmaskedError
from autodevops.scanners.secrets import Secrets

if TYPE_CHECKING:
    from autodevops.advice.gemini import Gemini

_MOST_POLICY = 30
_LONGEST_VALUE = 200


class _Masker:
    """The secret scanner as what searches texts that leave."""

    def __init__(self, engine: SecretEngine) -> None:
        self._masking = Masking(engine)

    def mask(self, text: str, path: str) -> str:
        try:
            return self._masking.mask(text, path)
        except (UnmaskedError, ImportError) as problem:
            raise MaskingError(f"it can't be searched for secrets: {problem}") from None


class _NoMasker:
    """Stands where no scanner is: nothing leaves unsearched."""

    def mask(self, text: str, path: str) -> str:
        del text, path
        raise MaskingError("nothing looks for secrets in this run")


def masker_of(target: Opened) -> Masker:
    """Return what searches texts that leave: the scanner that audits the target."""
    scanner = target.snapshot.secrets
    return _Masker(scanner.engine) if isinstance(scanner, Secrets) else _NoMasker()


def advisor(
    request: Request, token: str | None, model: str, say: Callable[[str], None]
) -> "Gemini":
    """Return whom to ask; `token` is a file with the key, or `-`.

    Raises NoAdviceError when nobody may be asked, or there is no key.
    """
    if request.offline:
        raise NoAdviceError(Obstacle.OFFLINE, "the model was not asked: --offline")
    from autodevops.advice.gemini import Gemini
    from autodevops.credentials import Service, search

    key = search(Service.GEMINI, option=token)
    if key.credential is None:
        note = f" ({key.note})" if key.note else ""
        raise NoAdviceError(
            Obstacle.NO_KEY,
            f"the model was not asked: there is no key{note}; set GEMINI_API_KEY, or run "
            "`autodevops auth login gemini`",
        )
    return Gemini(key.credential, model, say=say)


def demands(target: Opened) -> Mapping[str, Demand]:
    """Return what each rule demands, by id, with the values in force that it judges by."""
    from autodevops.rules.catalog import RULES

    policy: dict[str, list[str]] = {}
    for row in rows(target.in_force):
        if row.section is not None:
            line = f"{row.table}.{row.key} = {row.value}"
            policy.setdefault(row.table, []).append(line[:_LONGEST_VALUE])
    found = {}
    for rule in RULES:
        lines = [line for table in _tables(rule) for line in policy.get(table, ())]
        found[rule.id] = Demand(
            title=rule.title,
            why=rule.why,
            remedy=rule.remedy,
            section=rule.section,
            policy="\n".join(lines[:_MOST_POLICY]),
        )
    return found


def _tables(rule: Rule) -> Iterator[str]:
    """Yield the tables of the guide that a rule judges by."""
    kinds = set(get_type_hints(rule.question).values())
    for name, kind in get_type_hints(Guide).items():
        if kind in kinds:
            yield name.replace("_", "-")
