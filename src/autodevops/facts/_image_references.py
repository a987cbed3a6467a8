"""Names of container images in workflows, with what is known of their expressions put in."""

from collections.abc import Iterator, Mapping

from autodevops.facts._commands import unwrap
from autodevops.facts._image_names import image_name
from autodevops.facts.workflows import Job, Step
from autodevops.model.patterns import regex

_EXPRESSION = regex(r"\$\{\{\s{0,9}([\w.-]{1,200})\s{0,9}\}\}|\$\{\{.{0,500}?\}\}")
_VARIABLE = regex(r"\$\{([A-Za-z_]\w{0,80})\}|\$([A-Za-z_]\w{0,80})|\$\{(?!\{)[^}]{0,200}\}")
_TAG = regex(r"(?:\$\{\{.{0,500}?\}\}|[^,\n])+")
"""One of the tags in an input: the commas of an expression separate its own arguments."""
_TAGGING = frozenset({"-t", "--tag"})
_BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl"})
_MAX_ROUNDS = 4
_LONGEST = 1_000
"""Longest name that is resolved: a registry takes 255 characters, variables can hold themselves."""


def images_of(job: Job) -> Iterator[tuple[str, str, int]]:
    """Yield image, path and line of what a job starts, and of what it builds or pushes."""
    for container in job.containers:
        if container.image is not None:
            yield container.image.text, job.path, container.image.line
    for step in job.steps:
        yield from _built(step)


def _built(step: Step) -> Iterator[tuple[str, str, int]]:
    if step.action == "docker/build-push-action":
        node = None if step.inputs is None else step.inputs.get("tags")
        tags = step.input("tags") or ""
        for tag in _TAG.finditer(tags):
            if tag[0].strip() and node is not None:
                at = tags.count("\n", 0, tag.start())
                line = node.line_at(at) if hasattr(node, "line_at") else node.line
                yield tag[0].strip(), step.path, min(line, node.end_line)
    if step.run is None:
        return
    for command in step.script.commands:
        run = unwrap(command.argv)
        if run.name not in _BUILDERS:
            continue
        line = step.line_of(command.line)
        words = run.argv
        for at, word in enumerate(words):
            name, equals, value = word.partition("=")
            if name in _TAGGING:
                image = value if equals else "".join(words[at + 1 : at + 2])
                yield image, step.path, line
        if words[1:2] in (("push",), ("pull",)):
            yield words[-1], step.path, line


def resolved(text: str, known: Mapping[str, str]) -> str:
    """Return an image's name with expressions and variables put in; `x` for what is not known."""

    def put_in(name: str) -> str:
        return known.get(name.lower(), "x")[:_LONGEST]

    for _ in range(_MAX_ROUNDS):
        if "$" not in text:
            break
        if len(text) > _LONGEST:
            return "x"
        text = _EXPRESSION.sub(lambda found: put_in(found[1] or ""), text)
        text = _VARIABLE.sub(lambda found: put_in(f"env.{found[1] or found[2]}"), text)
    return text


def has_capitals(image: str) -> bool:
    """Tell whether the path of an image's name has capitals, which no registry takes.

    The registry's host and the tag may have them (Docker, "Image reference format").
    """
    path = image_name(image.removeprefix("docker://")).repository
    host, slash, rest = path.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        path = rest
    return path != path.lower()
