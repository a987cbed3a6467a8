"""The system's keyring, as a place that may be missing, broken, or lose what it is given.

It is loaded only when it is needed: finding its implementations takes 100 ms.
"""

from typing import TYPE_CHECKING, NamedTuple

from autodevops.errors import KeyringError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_ADVICE = "set the environment variable instead, or install a keyring service"
_PLAIN = "keyrings.alt"
"""A package whose keyrings keep plain text in a file."""


class Entry(NamedTuple):
    """The name of one value in the keyring."""

    service: str
    """Whose it is: ours."""
    user: str
    """What it is for."""


def read(entry: Entry) -> tuple[str | None, str | None]:
    """Return a value, or None and why the keyring could not be asked."""
    try:
        backend = _backend()
        return backend.get_password(*entry), None
    except KeyringError as error:
        return None, error.message
    except Exception as error:  # noqa: BLE001 - backends raise whatever their service raises
        return None, f"the keyring could not be asked: {type(error).__name__}"


def write(entry: Entry, value: str) -> str:
    """Store a value, read it back, and return the keyring's name.

    Raises KeyringError when the value is not there afterwards.
    """
    backend = _backend()
    name = _name(backend)
    if _chosen(backend).startswith(_PLAIN):
        raise KeyringError(f"{name} keeps plain text in a file: not used", advice=_ADVICE)
    try:
        backend.set_password(*entry, value)
        back = backend.get_password(*entry)
    except Exception as error:  # noqa: BLE001 - backends raise whatever their service raises
        # Not chained: a service's own message may quote what it was given.
        raise _failed("did not take the credential", error) from None
    if back != value:
        raise KeyringError(f"{name} does not give back what it was given", advice=_ADVICE)
    return name


def delete(entry: Entry) -> bool:
    """Take a value out and return whether there was one.

    Raises KeyringError when it is still there afterwards.
    """
    backend = _backend()
    try:
        if backend.get_password(*entry) is None:
            return False
        backend.delete_password(*entry)
        left = backend.get_password(*entry)
    except Exception as error:  # noqa: BLE001 - backends raise whatever their service raises
        raise _failed("did not delete the credential", error) from None
    if left is not None:
        raise KeyringError(f"{_name(backend)} still holds the credential", advice=_ADVICE)
    return True


def _backend() -> "KeyringBackend":
    """Return the keyring in force; raises KeyringError when there is none."""
    try:
        import keyring

        backend = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - finding backends runs the code of their packages
        raise _failed("could not be loaded", error) from None
    if _chosen(backend).startswith(("keyring.backends.fail", "keyring.backends.null")):
        raise KeyringError("there is no keyring on this machine", advice=_ADVICE)
    return backend


def _chosen(backend: "KeyringBackend") -> str:
    """Return the module of the keyring that is written to: of a chain the first link."""
    links = getattr(backend, "backends", None)
    first = links[0] if isinstance(links, list) and links else backend
    return type(first).__module__


def _name(backend: "KeyringBackend") -> str:
    return str(getattr(backend, "name", type(backend).__name__))


def _failed(what: str, error: Exception) -> KeyringError:
    return KeyringError(f"the keyring {what}: {type(error).__name__}", advice=_ADVICE)
