"""Keyrings that tests put in the place of the system's: one that works, and broken ones."""

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps values for the length of a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.values: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.values.pop((service, username), None) is None:
            raise PasswordDeleteError


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        del service, username, password


class ClingingKeyring(MemoryKeyring):
    """Never lets go of anything."""

    def delete_password(self, service: str, username: str) -> None:
        del service, username


class TalkativeKeyring(MemoryKeyring):
    """Fails, and quotes what it was given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        message = f"could not store {password} for {service} {username}"
        raise RuntimeError(message)

    def get_password(self, service: str, username: str) -> str | None:
        message = f"the bus is gone: {service} {username}"
        raise RuntimeError(message)
