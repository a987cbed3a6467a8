"""Who asks: a signed-in user whose session is renewed, a user's token, or the service key."""

from collections.abc import Mapping

from autodevops import credentials
from autodevops.credentials import Service
from autodevops.errors import KeyringError
from autodevops.sync.project import Project
from autodevops.sync.refusals import NotSignedInError
from autodevops.sync.session import NONE_YET, Auth, Session, from_token, keep, kept

TOKEN = "AUTODEVOPS_SUPABASE_TOKEN"  # noqa: S105 - a variable's name
"""Variable with a user's access token."""


class ServiceRole:
    """The service key itself asks: no policy holds it back."""

    def __init__(self, project: Project) -> None:
        """Ask with a project's key, which must be the service key."""
        self._key = project.key.reveal()

    def headers(self) -> Mapping[str, str]:
        """Return the key as a token if it is one: `sb_secret_` keys belong into `apikey` only."""
        if self._key.startswith("sb_"):
            return {}
        return {"authorization": f"Bearer {self._key}"}

    def renew(self) -> bool:
        """A key isn't renewed."""
        return False


class User:
    """A user asks, with a session that may be renewed."""

    def __init__(self, project: Project, auth: Auth, session: Session) -> None:
        """Ask with a session; a renewed one is kept where it came from."""
        self._project = project
        self._auth = auth
        self._session = session

    def headers(self) -> Mapping[str, str]:
        """Return the user's token, renewed when it has ended."""
        if self._session.is_over:
            self.renew()
        return {"authorization": f"Bearer {self._session.access_token.reveal()}"}

    def renew(self) -> bool:
        """Renew the session, or take over what another process has renewed meanwhile."""
        if self._session.refresh_token is None:
            return False
        if self._taken_over():
            return True
        try:
            self._session = self._auth.renew(self._session)
        except NotSignedInError:
            # Another process was faster: a refresh token serves once.
            if self._taken_over():
                return True
            raise
        try:
            keep(self._project, self._session)
        except KeyringError:
            # Serves to the end of this run at least.
            return True
        return True

    def _taken_over(self) -> bool:
        other = kept(self._project)
        if other is None or other.is_over:
            return False
        if other.access_token.reveal() == self._session.access_token.reveal():
            return False
        self._session = other
        return True


def user_of(project: Project, auth: Auth, *, option: str | None = None) -> User:
    """Return who asks: a token from the option, the environment, or the session in the keyring.

    Raises NotSignedInError when nobody signed in.
    """
    if option is not None:
        return User(project, auth, from_token(credentials.from_option(Service.SUPABASE, option)))
    given = credentials.from_environment(Service.SUPABASE, TOKEN)
    if given is not None:
        return User(project, auth, from_token(given))
    session = kept(project)
    if session is None:
        raise NotSignedInError(f"nobody is signed in at {project.host}", advice=NONE_YET)
    return User(project, auth, session)
