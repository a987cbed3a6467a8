"""Changes TOML text through tomlkit, which keeps comments, order and spacing."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from autodevops.fixing._api import Refusal

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_ODD = Refusal("the TOML can't be changed without rewriting other parts of it")


def change(text: str, alter: "Callable[[TOMLDocument], None]") -> str | Refusal:
    """Return the text after `alter` changed its document; a refusal when it is no valid TOML."""
    import tomllib

    from tomlkit import dumps, parse
    from tomlkit.exceptions import TOMLKitError

    try:
        tomllib.loads(text)
        document = parse(text)
        if dumps(document) != text:
            return _ODD
        alter(document)
        new = dumps(document)
        tomllib.loads(new)
    except (TOMLKitError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return _ODD
    return new
