"""Environment & Secret Management: variables are declared once and read in one place."""

from collections.abc import Iterator

from autodevops.facts.env_drift import DriftKind, EnvironmentDrift
from autodevops.facts.env_files import EnvFiles
from autodevops.facts.environment import EnvironmentReads, EnvironmentUse
from autodevops.facts.ignores import Ignores
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import SecretPolicy
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "Environment & Secret Management"
_MOST_PLACES = 50
"""Most places that one finding lists."""
_NO_SERVICE = NotApplicable(reason="there is no service whose environment could be described")


@rule("SE003", "env-file-tracked", section=_SECTION, severity=Severity.HIGH, fix=Safety.SAFE)
def env_file_tracked(files: EnvFiles) -> Iterator[Violation]:
    """No `.env*` file is tracked, except examples and templates.

    Whoever sets a real value in a tracked file publishes it with the next commit, and git keeps it
    for ever.

    Remedy: Run `git rm --cached PATH`, ignore it, keep its names in `.env.example`, and rotate
    every secret that it held.

    Example:
        # before: .env is tracked
        git rm --cached .env
        echo ".env" >> .gitignore
    """
    for file in files.real:
        names = [one.name for one in file.declarations if not one.commented]
        yield Violation(
            subject=file.path,
            message=f"{file.path} is tracked with {counted(len(names), 'variable')}; only "
            "templates may be",
            at=in_file(file.path),
            evidence={"variables": names[:_MOST_PLACES]},
        )


@rule("SE004", "env-file-not-ignored", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def env_file_not_ignored(
    ignores: Ignores, use: EnvironmentUse, services: Services, policy: SecretPolicy
) -> Iterator[Violation | NotApplicable]:
    """`.env` and its variants are ignored.

    An environment file that git does not ignore is one `git add .` away from being published.

    Remedy: Add `.env` and `.env.*` to `.gitignore`, with `!.env.example` below them.

    Example:
        # .gitignore
        .env
        .env.*
        !.env.example
    """
    if not use.is_likely:
        yield NotApplicable(reason="nothing here reads the environment")
        return
    folders = ("", *(f"{service.folder}/" for service in services.of_code if service.folder))
    # Without a service there is nothing to set differently in production.
    names = policy.env_ignored if services.of_code else policy.env_ignored[:1]
    loose = [
        path
        for name in names
        for path in (f"{folder}{name}" for folder in folders)
        if ignores.ignoring(path) is None
    ]
    if loose:
        yield Violation(
            subject=".gitignore",
            message=f"{listed(loose)} would not be ignored by .gitignore",
            at=in_file(".gitignore"),
            evidence={"not_ignored": loose},
        )


@rule("SE005", "env-example", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def env_example(
    files: EnvFiles, services: Services, policy: SecretPolicy
) -> Iterator[Violation | NotApplicable]:
    """`.env.example` exists.

    It is the one list of what a newcomer, a pipeline and a new environment have to set.

    Remedy: Create `.env.example` in the root with every required variable and no real value.

    Example:
        # .env.example
        # Address of the Supabase project
        SUPABASE_URL=
        # Encrypts stored tokens: openssl rand -hex 32
        ENCRYPTION_KEY=
    """
    if not services.of_code:
        yield _NO_SERVICE
    elif files.example is None:
        near = files.templates[0].path if files.templates else None
        hint = f"; {near} is not the place for it" if near else ""
        yield Violation(
            subject=policy.env_example,
            message=f"{policy.env_example} is missing{hint}",
            at=in_file(policy.env_example),
            evidence={"templates": [file.path for file in files.templates]},
        )


@rule("SE006", "env-example-required", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def env_example_required(
    files: EnvFiles, services: Services, policy: SecretPolicy
) -> Iterator[Violation | NotApplicable]:
    """`.env.example` names every secret of the guide's Required Secrets table.

    A secret that the template leaves out is found missing at run time. A commented `# NAME=`
    names it; prose does not.

    Remedy: Add `NAME=` to `.env.example`, with a comment on what it is for and no value.

    Example:
        before: # you also need the encryption key, ask operations
        after:  # Encrypts stored tokens: openssl rand -hex 32
                ENCRYPTION_KEY=
    """
    if not services.of_code:
        yield _NO_SERVICE
        return
    if files.example is None:
        yield NotApplicable(reason=f"there is no {policy.env_example}")
        return
    named = {one.name for one in files.example.declarations}
    for secret in policy.secrets:
        if secret.name not in named:
            yield Violation(
                subject=secret.name,
                message=f"{files.example.path} does not name {secret.name} ({secret.purpose})",
                at=in_file(files.example.path),
                evidence={"rotation": secret.rotation.value},
            )


@rule("SE007", "env-drift", section=_SECTION, severity=Severity.LOW, fix=Safety.SAFE)
def env_drift(drift: EnvironmentDrift) -> Iterator[Violation]:
    """Variables that code, compose files, workflows and `.env.example` know are the same.

    A variable that is read but not declared fails on the next machine; one that is declared but
    read by nobody is set in vain. Variables with a default and those that a platform sets need no
    declaration.

    Remedy: Add the variable to `.env.example`, give the reader a default, or remove the line that
    nothing reads.

    Example:
        # app/config.py, while .env.example does not name it
        before: REDIS_URL = os.environ["REDIS_URL"]
        after:  REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379")
        or, in .env.example:
        REDIS_URL=
    """
    for one in drift.found:
        if one.kind is DriftKind.UNUSED:
            yield Violation(
                subject=one.name,
                message=f"{drift.example} declares {one.name}, which nothing reads",
                at=in_file(drift.example, one.line),
                evidence={"drift": one.kind.value},
            )
            continue
        first = one.readers[0]
        more = f" and {len(one.readers) - 1} more" if len(one.readers) > 1 else ""
        yield Violation(
            subject=one.name,
            message=f"{one.name} is read in {first.path}:{first.line}{more}, but "
            f"{drift.example} does not declare it",
            at=tuple(in_file(read.path, read.line) for read in one.readers[:_MOST_PLACES]),
            evidence={
                "drift": one.kind.value,
                "read_by": sorted({read.kind.value for read in one.readers}),
            },
        )


@rule("SE009", "config-module", section=_SECTION, severity=Severity.LOW)
def config_module(
    index: PathIndex, reads: EnvironmentReads, services: Services, policy: SecretPolicy
) -> Iterator[Violation | NotApplicable]:
    """`app/config.py` exists and the environment is read there, not all over.

    Configuration that is read in one module is checked once, at the start; read all over, each
    missing variable is found by a user.

    Remedy: Read the variable in `app/config.py` and import the settings from there.

    Example:
        # app/mail.py, the third module that reads the environment itself
        before: sender = os.environ["MAIL_FROM"]
        after:  from app.config import settings
                sender = settings.mail_from
    """
    if not services.has("api"):
        yield NotApplicable(reason="there is no API service")
        return
    folder, _, module = policy.config_module.rpartition("/")
    package = policy.config_module.removesuffix(".py") + "/"
    inside = f"{folder}/" if folder else ""
    outside = [
        read
        for read in reads.reads
        if read.kind.is_code
        and read.path.startswith(inside)
        and read.path.endswith(".py")
        and read.path != policy.config_module
        and not read.path.startswith(package)
    ]
    if not index.holds(policy.config_module) and not index.holds(f"{package}__init__.py"):
        near = next((path for path in index.named(module) if path.startswith(inside)), None)
        hint = f"; {near} may be meant for it" if near else ""
        yield Violation(
            subject=policy.config_module,
            message=f"{policy.config_module} is missing{hint}",
            at=in_file(policy.config_module),
        )
    modules = {read.path for read in outside}
    if len(modules) >= policy.config_readers:
        yield Violation(
            subject=inside,
            message=f"{len(modules)} modules of {inside} read the environment themselves instead "
            f"of importing {policy.config_module}",
            at=tuple(in_file(read.path, read.line) for read in outside[:_MOST_PLACES]),
            evidence={"modules": sorted(modules), "variables": sorted({r.name for r in outside})},
        )
