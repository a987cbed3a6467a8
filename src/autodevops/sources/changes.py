"""Which tracked files differ from the commit, told without running anything of the target."""

from msgspec.structs import replace

from autodevops.sources import quarantine
from autodevops.sources.checkout import STATUS
from autodevops.sources.interruption import interruptible
from autodevops.sources.repository import enter
from autodevops.temporary import temporary_folder

_SECONDS = 30.0


def changed_paths(path: str) -> tuple[str, ...]:
    """Return the tracked files of a working tree that are changed or staged, sorted.

    A bare repository has none. Raises a `TargetError` when that can't be told.
    """
    with (
        interruptible(),
        temporary_folder() as folder,
    ):
        repository = enter(path, folder)
        try:
            location = repository.location
            if location.bare or not quarantine.copy_index(location, repository.git.folder):
                return ()
            git = replace(repository.git, work_tree=location.top)
            with git.start(*STATUS, time_limit=_SECONDS) as status:
                printed = status.everything()
                status.finish()
        finally:
            repository.objects.close()
    lines = printed.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return tuple(sorted(line[3:] for line in lines))
