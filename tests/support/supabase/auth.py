"""Auth's part: passwords and sessions, in Auth's wire format."""

from typing import Any
from uuid import uuid4

from tests.support.supabase.tokens import signed, verified
from tests.support.supabase.wire import Answer, Asked, answer


class Auth:
    """Users, their passwords and their sessions."""

    def __init__(self, lifetime: int = 3600) -> None:
        self.lifetime = lifetime
        """Seconds that an access token lives."""
        self._passwords: dict[str, tuple[str, str]] = {}
        self._refresh: dict[str, str] = {}
        self.revoked: set[str] = set()
        """Refresh tokens that were used."""

    def add(self, user: str, email: str, password: str) -> None:
        """Let a user sign in."""
        self._passwords[email] = (user, password)

    def serve(self, asked: Asked, now: float) -> Answer:
        """Answer a request."""
        match asked.path.removeprefix("/auth/v1/"), asked.query.get("grant_type"):
            case "token", "password":
                return self._by_password(asked.json, now)
            case "token", "refresh_token":
                return self._by_refresh_token(asked.json, now)
            case "user", _:
                _, _, token = asked.headers.get("authorization", "").partition(" ")
                claims = verified(token, now)
                return answer(200, {"id": claims["sub"], "aud": claims.get("aud")})
            case "logout", _:
                return Answer(status=204)
            case _:
                return _refused(404, "not_found", "404 page not found")

    def _by_password(self, given: dict[str, Any], now: float) -> Answer:
        user, password = self._passwords.get(given["email"], ("", None))
        if password is None or password != given["password"]:
            return _refused(400, "invalid_credentials", "Invalid login credentials")
        return self._granted(user, given["email"], now)

    def _by_refresh_token(self, given: dict[str, Any], now: float) -> Answer:
        token = given["refresh_token"]
        if token in self.revoked:
            return _refused(400, "refresh_token_already_used", "Already Used")
        email = self._refresh.pop(token, None)
        if email is None:
            return _refused(400, "refresh_token_not_found", "Refresh Token Not Found")
        self.revoked.add(token)
        return self._granted(self._passwords[email][0], email, now)

    def _granted(self, user: str, email: str, now: float) -> Answer:
        refresh = uuid4().hex[:12]
        self._refresh[refresh] = email
        return answer(
            200,
            {
                "access_token": access_token(user, now + self.lifetime),
                "token_type": "bearer",
                "expires_in": self.lifetime,
                "expires_at": int(now + self.lifetime),
                "refresh_token": refresh,
                "user": {"id": user, "aud": "authenticated", "email": email},
            },
        )


def access_token(user: str, ends: float, **claims: object) -> str:
    """Return a user's access token."""
    return signed(
        {
            "sub": user,
            "role": "authenticated",
            "aud": "authenticated",
            "exp": int(ends),
            "jti": uuid4().hex,
            **claims,
        }
    )


def _refused(status: int, code: str, message: str) -> Answer:
    return answer(status, {"code": status, "error_code": code, "msg": message})
