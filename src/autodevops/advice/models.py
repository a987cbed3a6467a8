"""Which model is asked, and what its tokens cost."""

import re
from collections.abc import Iterable

from msgspec import Struct

from autodevops.errors import UsageError

DEFAULT = "gemini-3.8-flash"
"""Asked unless another is named."""
FOR_MANY = "gemini-3.5-flash-lite"
"""Asked about many findings."""
MANY = 20
"""From so many findings on, they are many."""
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*", re.IGNORECASE)
_LONGEST = 100
_MILLION = 1_000_000


class Price(Struct, frozen=True):
    """What a million tokens cost, in US dollars."""

    question: float
    """Tokens that are sent."""
    answer: float
    """Tokens that come back, thoughts included."""


PRICED_ON = "2026-03-31"
"""Day of the table below, from https://ai.google.dev/gemini-api/docs/pricing."""
PRICES = {
    "gemini-2.5-flash": Price(0.30, 2.50),
    "gemini-2.5-flash-lite": Price(0.10, 0.40),
    "gemini-2.5-pro": Price(2.50, 15.00),
    "gemini-3-flash": Price(0.50, 3.00),
    "gemini-3.1-flash-lite": Price(0.25, 1.50),
    "gemini-3.1-pro": Price(4.00, 18.00),
    "gemini-3.5-flash": Price(1.50, 9.00),
}
"""Standard prices; of those that grow with the question, the higher one."""


def price(model: str) -> Price:
    """Return what a model costs; one that the table lacks is taken to be as dear as any in it."""
    known = PRICES.get(model) or PRICES.get(model.removesuffix("-preview"))
    return known or Price(
        max(one.question for one in PRICES.values()), max(one.answer for one in PRICES.values())
    )


def cost(model: str, tokens_in: int, tokens_out: int) -> float:
    """Return the price of tokens in US dollars."""
    one = price(model)
    return (tokens_in * one.question + tokens_out * one.answer) / _MILLION


def estimated_tokens(text: str) -> int:
    """Return a number of tokens that a text hardly exceeds: three bytes each, four are usual."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


def chosen(named: str | None, findings: int) -> str:
    """Return the model to ask; raises UsageError for what can't be a name."""
    if named is None:
        return FOR_MANY if findings >= MANY else DEFAULT
    name = named.strip().removeprefix("models/")
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise UsageError(f"{named!r} is no name of a model", advice=f"name one such as {DEFAULT}")
    return name


def successor(gone: str, there: Iterable[str]) -> str | None:
    """Return a model to ask instead of one that is gone: of its kind, the newest."""
    kind = "flash-lite" if "flash-lite" in gone else "pro" if "-pro" in gone else "flash"
    same = [name for name in there if re.fullmatch(rf"gemini-[\d.]+-{kind}", name)]
    return max(same, key=_version, default=None)


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", name))
