"""What a command line really runs: the program behind `sudo`, `poetry run`, `docker run` ..."""

from collections.abc import Sequence
from typing import NamedTuple

MAX_LAYERS = 12
"""Most wrappers around one program."""

# Wrappers: how many words of their own follow, and which of their options take a value.
_PLAIN = {
    "command": "", "exec": "", "nice": "n", "nohup": "", "stdbuf": "ioe", "sudo": "ugCphrtT",
    "cross-env": "", "time": "fo", "xvfb-run": "eflnpsw", "dotenv": "efp", "retry": "tds",
}  # fmt: skip
_RUNNERS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("poetry", "run"): ("-C", "-P", "--directory", "--project"),
    ("pipenv", "run"): (),
    ("pdm", "run"): ("-p", "--project"),
    ("rye", "run"): (),
    ("uv", "run"): (
        "--with", "--extra", "--group", "--python", "-p", "--package", "--env-file", "--directory",
        "--project", "--with-requirements", "--only-group", "--index", "--with-editable",
    ),
    ("pixi", "run"): ("-e", "--environment", "--manifest-path"),
    ("hatch", "-e"): (),
    ("conda", "run"): ("-n", "--name", "-p", "--prefix"),
    ("mamba", "run"): ("-n", "--name", "-p", "--prefix"),
    ("micromamba", "run"): ("-n", "--name", "-p", "--prefix"),
    ("bundle", "exec"): (),
    ("npm", "exec"): ("-w", "--workspace", "-p", "--package", "--prefix"),
    ("pnpm", "exec"): ("--filter", "-C", "--dir"),
    ("pnpm", "dlx"): (),
    ("yarn", "exec"): (),
    ("yarn", "dlx"): ("-p", "--package"),
    ("npx",): ("-p", "--package", "-w", "--workspace"),
    ("bunx",): (),
    ("bun", "x"): (),
    ("uvx",): ("--from", "--with", "--python", "-p"),
    ("pipx", "run"): ("--spec", "--python"),
    ("doppler", "run"): ("-p", "--project", "-c", "--config", "-t", "--token"),
    ("infisical", "run"): ("--env", "--path", "--projectId"),
    ("op", "run"): ("--env-file",),
    ("railway", "run"): ("-s", "--service", "-e", "--environment"),
    ("coverage", "run"): (
        "--source", "--rcfile", "--include", "--omit", "--data-file", "--context",
    ),
    ("aws-vault", "exec"): (),
}  # fmt: skip
_RUNNER_NAMES = frozenset(start[0] for start in _RUNNERS)
_PYTHONS = ("python", "py")
# Options of `docker run` and `docker compose run`/`exec` that stand alone; others take a value.
_DOCKER_FLAGS = frozenset(
    {
        "-d", "--detach", "-i", "--interactive", "-t", "--tty", "-it", "-ti", "-T", "--rm",
        "--init", "--privileged", "--read-only", "--no-deps", "--use-aliases", "--build",
        "--service-ports", "-P", "--publish-all", "--no-healthcheck", "-q", "--quiet",
        "--quiet-pull", "--remove-orphans", "--oom-kill-disable", "--sig-proxy", "--no-TTY",
        "-itd", "--no-tty",
    }
)  # fmt: skip
_COMPOSE = (("docker", "compose"), ("docker-compose",), ("podman", "compose"))
_ENGINES = frozenset({"docker", "podman", "nerdctl"})


class Run(NamedTuple):
    """A program with its arguments, and what it runs in."""

    argv: tuple[str, ...]
    """Name without its folder, and arguments."""
    image: str | None = None
    """The image whose container it runs in."""
    service: str | None = None
    """The compose service whose container it runs in."""
    written: str = ""
    """The program as written, with its folder."""

    @property
    def name(self) -> str:
        """Return the program's name."""
        return self.argv[0] if self.argv else ""

    def has(self, *flags: str) -> bool:
        """Tell whether one of these options is there, also with a value behind `=`."""
        return any(word in flags or word.partition("=")[0] in flags for word in self.argv[1:])

    def value(self, *flags: str) -> str | None:
        """Return the value of an option, behind `=` or in the next word."""
        for at, word in enumerate(self.argv):
            name, equals, value = word.partition("=")
            if name in flags:
                if equals:
                    return value
                return self.argv[at + 1] if at + 1 < len(self.argv) else None
        return None

    @property
    def operands(self) -> tuple[str, ...]:
        """Return the words that are no options; a value of an option may be among them."""
        return tuple(word for word in self.argv[1:] if not word.startswith("-"))


def unwrap(argv: Sequence[str]) -> Run:
    """Return what a command line really runs; the outermost program when that can't be told."""
    words = list(argv)
    image = service = None
    written = ""
    for _ in range(MAX_LAYERS):
        if words:
            written = words[0]
            words[0] = words[0].rpartition("/")[2] or words[0]
        inner = _inner(words)
        if inner is None:
            container = _container(words)
            if container is None:
                break
            image, service, inner = container
        if not inner:
            break
        words = inner
    if words[1:2] == ["-m"] and words[0].startswith(_PYTHONS):
        return unwrap(words[2:])._replace(image=image, service=service)
    return Run(tuple(words), image, service, written)


def _inner(words: list[str]) -> list[str] | None:
    """Return the command line within a wrapper; None when this is no wrapper."""
    match words:
        case ["env", *rest]:
            return _behind_assignments(rest)
        case ["timeout", *rest]:
            return _behind_options(rest, ("-s", "--signal", "-k", "--kill-after"))[1:]
        case ["xargs", *rest]:
            return _behind_options(rest, ("-n", "-P", "-I", "-L", "-d", "-a", "-s")) or None
        case [name, *rest] if name in _PLAIN:
            options = tuple(f"-{letter}" for letter in _PLAIN[name])
            return _behind_assignments(_behind_options(rest, options)) or None
    return _behind_runner(words)


def _behind_runner(words: list[str]) -> list[str] | None:
    if not words or words[0] not in _RUNNER_NAMES:
        return None
    for start, options in _RUNNERS.items():
        if tuple(words[: len(start)]) == start:
            rest = _behind_options(words[len(start) :], options)
            if start == ("coverage", "run") and "-m" in words[2:4]:
                rest = words[words.index("-m") + 1 :]
            return rest or None
    return None


def _behind_options(words: list[str], valued: tuple[str, ...]) -> list[str]:
    """Return the words behind the options; `valued` ones take the next word with them."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in valued else 1
    return words[at:]


def _behind_assignments(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) and ("=" in words[at] or words[at].startswith("-")):
        at += 1
    return words[at:]


def _container(words: list[str]) -> tuple[str | None, str | None, list[str]] | None:
    """Return image or service and the command line that runs in a container."""
    for compose in _COMPOSE:
        if tuple(words[: len(compose)]) == compose:
            verbs = [at for at, word in enumerate(words) if word in ("run", "exec")]
            if not verbs:
                return None
            rest = _behind_docker_options(words[verbs[0] + 1 :])
            return (None, rest[0], rest[1:]) if rest else None
    if words and words[0] in _ENGINES and words[1:2] in (["run"], ["exec"]):
        entry = _entrypoint(words)
        rest = _behind_docker_options(words[2:])
        if not rest:
            return None
        # Many tools' images start the tool itself, so that only its arguments follow.
        program = entry or (_tool_of(rest[0]) if words[1] == "run" else None)
        command = rest[1:] if program is None or rest[1:2] == [program] else [program, *rest[1:]]
        return rest[0], None, command
    return None


def _entrypoint(words: list[str]) -> str | None:
    for at, word in enumerate(words):
        if word.startswith("--entrypoint"):
            value = word.partition("=")[2] or "".join(words[at + 1 : at + 2])
            return value.rpartition("/")[2] or None
    return None


def _behind_docker_options(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        alone = words[at] in _DOCKER_FLAGS or "=" in words[at]
        at += 1 if alone else 2
    return words[at:]


_IMAGES = {
    "bridgecrew/checkov": "checkov",
    "gitleaks": "gitleaks",
    "hadolint": "hadolint",
    "kics": "kics",
    "owasp/dependency-check": "dependency-check.sh",
    "semgrep": "semgrep",
    "sonar-scanner-cli": "sonar-scanner",
    "terraform": "terraform",
    "tflint": "tflint",
    "tfsec": "tfsec",
    "trivy": "trivy",
    "trufflehog": "trufflehog",
    "yamllint": "yamllint",
    "grype": "grype",
    "shellcheck": "shellcheck",
}


def _tool_of(image: str) -> str | None:
    """Return the tool that an image starts, where its name tells."""
    name = image.partition("@")[0].rpartition(":")[0] or image
    for part, tool in _IMAGES.items():
        if part in name:
            return tool
    return None
