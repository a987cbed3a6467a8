"""Docker & Kubernetes Manifests: what builds put into images, what they need, how images start."""

from collections.abc import Iterator

from autodevops.facts.build_contexts import BuildContexts, WholeCopy
from autodevops.facts.build_inputs import BuildInputs, InputKind, MissingInput
from autodevops.facts.image_secrets import ImageSecrets
from autodevops.facts.starts import Starts
from autodevops.model.finding import Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Docker & Kubernetes Manifests"


@rule("CO002", "secret-in-image", section=_SECTION, severity=Severity.HIGH)
def secret_in_image(secrets: ImageSecrets) -> Iterator[Violation]:
    """No `ENV`, `ARG` or `COPY` puts a secret into an image layer.

    Whoever can pull the image can read every layer and its build arguments, also after a later
    step deletes the file. Keys that a browser gets anyway are no secrets.

    Remedy: Rotate the secret. Pass it at run time, or to one build step with
    `RUN --mount=type=secret,id=NAME`.

    Example:
        # before
        ARG NPM_TOKEN
        # after
        RUN --mount=type=secret,id=npm_token npm ci
    """
    for one in secrets.found:
        yield Violation(
            subject=f"{one.path}#{one.name}",
            message=f"{one.where} {one.name} in {one.path} puts a secret into the image: "
            f"{one.reason}",
            at=in_file(one.path, one.line, end_line=one.end_line),
            evidence={"instruction": one.where, "name": one.name, "because": one.reason},
            confidence=one.confidence,
        )


@rule("CO006", "dockerignore", section=_SECTION, severity=Severity.HIGH, fix=Safety.SAFE)
def dockerignore(contexts: BuildContexts) -> Iterator[Violation]:
    """A folder that is copied whole has a `.dockerignore` that leaves out what must stay outside.

    `COPY . .` takes the `.env` of whoever builds, the whole history in `.git` and the dependencies
    of another system along, into layers that everybody can read.

    Remedy: Add a `.dockerignore` in the root of the build context with `.git`, `**/.env*`,
    `**/node_modules` (and `!**/.env.example`).

    Example:
        # a Dockerfile has
        COPY . .
        # so .dockerignore has
        .git
        **/.env*
        !**/.env.example
        **/node_modules
    """
    groups: dict[tuple[str, str | None], list[WholeCopy]] = {}
    for one in contexts.copies:
        groups.setdefault((one.context, one.ignore_file), []).append(one)
    for (context, ignore), copies in groups.items():
        left = list(dict.fromkeys(path for one in copies for path in one.left_in))
        subject = ignore or (f"{context}/.dockerignore" if context else ".dockerignore")
        lack = "leaves in" if ignore else "is missing and would leave out"
        first = copies[0]
        yield Violation(
            subject=subject,
            message=f"{subject} {lack} {listed(left)}, which {first.path} copies with "
            f"{first.written}",
            at=tuple(in_file(one.path, one.line) for one in copies),
            evidence={
                "dockerignore": ignore,
                "left_in": left[:50],
                "copies": [f"{one.path}:{one.line} {one.written}" for one in copies[:20]],
            },
        )


@rule("CO007", "missing-build-input", section=_SECTION, severity=Severity.HIGH)
def missing_build_input(inputs: BuildInputs) -> Iterator[Violation]:
    """Everything that a build copies, and each compose context and Dockerfile, is there.

    The build fails, for everybody who has not got the file on their own machine.

    Remedy: Commit the file, correct the path (sources are relative to the build context), or take
    the line out.

    Example:
        # before, without a requirement.txt
        COPY requirement.txt .
        # after
        COPY requirements.txt .
    """
    for one in inputs.missing:
        yield Violation(
            subject=f"{one.path}#{one.written}",
            message=f"{one.path} {_told(one)}",
            at=in_file(one.path, one.line),
            evidence={
                "kind": str(one.kind),
                "looked_for": list(one.expected),
                "left_out_by": one.because or None,
            },
        )


def _told(one: MissingInput) -> str:
    match one.kind:
        case InputKind.SOURCE:
            return f"copies {one.written}, which is not in the repository"
        case InputKind.EXCLUDED:
            return f"copies {one.written}, which {one.because} leaves out of the build"
        case InputKind.CONTEXT:
            return f"builds in {one.written}, which is not in the repository"
        case InputKind.DOCKERFILE:
            return f"builds with {one.written}, which is not in the repository"


@rule(
    "CO013",
    "broken-start-command",
    section=_SECTION,
    severity=Severity.HIGH,
    defers_to=("CO007",),
)
def broken_start_command(starts: Starts) -> Iterator[Violation]:
    """The start command can work: its program is installed, its options exist, its target is there.

    Such an image builds without a complaint and dies the moment it is deployed.

    Remedy: Install the program in the stage that is run, use options that the server knows, and
    copy or build what it starts.

    Example:
        # before
        WORKDIR /app
        COPY app/ .
        CMD ["uvicorn", "app.main:app", "--bind", "0.0.0.0"]
        # after
        WORKDIR /app
        COPY app/ app/
        CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
    """
    for one in starts.broken:
        yield Violation(
            subject=one.subject,
            message=f"{one.subject} can't start: {one.reason}",
            at=in_file(one.path, one.line, end_line=one.end_line),
            evidence={"command": one.command, "fault": str(one.fault), "reason": one.reason},
        )
