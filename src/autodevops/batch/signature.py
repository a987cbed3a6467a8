"""What a batch's reports depend on besides the repositories: options, guide, program.

Two digests that are the same mean the same questions, judged the same way.
"""

import json
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct

from autodevops import __version__
from autodevops.guide.configuration import Configuration
from autodevops.guide.load import GuideInForce
from autodevops.request import Request

_ENGINES = ("kingfisher-secret-scanner", "zizmor")


class Signature(Struct, frozen=True, kw_only=True):
    """What has to be the same for a report to stand."""

    options: str
    """Digest of the options that change reports."""
    guide: str
    """Digest of guide and configuration outside of the repositories."""
    program: str
    """Version of autodevops and of the engines that it runs."""

    @property
    def whole(self) -> str:
        """Return one digest of all of it."""
        return digest(self.options, self.guide, self.program)


def digest(*texts: str) -> str:
    """Return one digest of texts."""
    return sha256(json.dumps(texts).encode()).hexdigest()


def signature(request: Request, in_force: GuideInForce) -> Signature:
    """Return what the reports of these options depend on."""
    since = request.history_since
    options = digest(
        *map(str, (request.rev, request.history, request.offline, request.with_baseline)),
        "" if since is None else since.isoformat(),
        *request.select,
        "|",
        *request.ignore,
    )
    outside = (request.config, request.baseline, *in_force.chain)
    guide = digest(
        in_force.guide.digest,
        *_told(in_force.configuration),
        *(_content(path) for path in outside if path is not None),
    )
    engines = " ".join(f"{name} {_version(name)}" for name in _ENGINES)
    return Signature(options=options, guide=guide, program=f"autodevops {__version__}, {engines}")


def _told(configuration: Configuration) -> tuple[str, ...]:
    """Return what a configuration says, the same in every process: sets have no order."""
    named = configuration.baseline
    return (
        repr((configuration.select, configuration.ignore, configuration.fail_on)),
        repr(sorted(configuration.severities.items())),
        repr(sorted(configuration.locked)),
        repr(configuration.waivers),
        "" if named is None else named.files.read(named.path) or "",
    )


def _content(path: str) -> str:
    try:
        return sha256(Path(path).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return path


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
