"""Makes values that look like secrets, from a seeded generator."""

import json
import random
import string
from base64 import b64encode, urlsafe_b64encode

LETTERS = string.ascii_letters
DIGITS = string.digits
HEX = "0123456789abcdef"
BASE62 = LETTERS + DIGITS
BASE32 = string.ascii_uppercase + "234567"
UPPER = string.ascii_uppercase + DIGITS
URL = BASE62 + "_-"


class Values:
    """A source of invented values; equal seeds give equal ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - test data

    def of(self, alphabet: str, length: int) -> str:
        """Return random characters with a digit and a letter of each case that there is."""
        while True:
            value = "".join(self.random.choice(alphabet) for _ in range(length))
            if any(map(str.isdigit, value)) or not any(map(str.isdigit, alphabet)):
                return value

    def uuid(self) -> str:
        return "-".join(self.of(HEX, length) for length in (8, 4, 4, 4, 12))

    def key(self, size: int = 32) -> str:
        return b64encode(self.random.randbytes(size)).decode()

    def password(self) -> str:
        """Return a password with special characters, as a manager would make it."""
        marks = "!@#%^&*()+?~"
        body = [self.random.choice(BASE62) for _ in range(9)]
        body += [self.random.choice(marks) for _ in range(3)] + [self.random.choice(DIGITS)]
        self.random.shuffle(body)
        return self.random.choice(LETTERS) + "".join(body) + self.random.choice(LETTERS)

    def plain_password(self, length: int = 14) -> str:
        return self.random.choice(LETTERS) + self.of(BASE62, length - 1)

    def letters(self, length: int) -> str:
        """Return letters alone, as one key in thirty has by chance."""
        return "".join(self.random.choice(LETTERS) for _ in range(length))

    def salt(self) -> str:
        """Return 64 characters as WordPress makes them, with blanks."""
        signs = BASE62 + " !@#$%^&*()-_[]<>~`+=,.;:/?|"
        return "a " + "".join(self.random.choice(signs) for _ in range(60)) + " 9"

    def jwt(self, **payload: object) -> str:
        head = _part({"alg": "HS256", "typ": "JWT"})
        return f"{head}.{_part(payload)}.{self.of(URL, 42)}A"

    def pem(self, kind: str = "RSA ", lines: int = 13) -> str:
        body = "\n".join(self.key(48) for _ in range(lines))
        return f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----\n"


def _part(payload: object) -> str:
    return urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
