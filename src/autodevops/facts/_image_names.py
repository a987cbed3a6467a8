"""Image references, and what is known about widely used base images."""

from typing import NamedTuple

from autodevops.facts._words import words
from autodevops.model.patterns import regex

_PLAIN_REGISTRIES = (
    "docker.io/library/", "index.docker.io/library/", "registry-1.docker.io/library/",
    "public.ecr.aws/docker/library/", "mirror.gcr.io/library/", "docker.io/", "index.docker.io/",
)  # fmt: skip


class ImageName(NamedTuple):
    """A reference to an image, in its parts."""

    repository: str
    """Registry and path; Docker Hub's own registry and `library/` left out."""
    tag: str | None
    """Tag, if it has one."""
    digest: str | None
    """Digest, if it has one."""

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.repository.rpartition("/")[2]

    @property
    def is_official(self) -> bool:
        """Tell whether it is one of Docker Hub's official images."""
        return "/" not in self.repository

    @property
    def is_pinned(self) -> bool:
        """Tell whether it names a version: a digest, or a tag other than `latest`."""
        return self.digest is not None or self.tag not in {None, "latest"}


def image_name(text: str) -> ImageName:
    """Return the parts of an image reference such as `ghcr.io/acme/api:1.2@sha256:...`."""
    body, _, digest = text.partition("@")
    head, slash, last = body.rpartition("/")
    name, _, tag = last.partition(":")
    repository = f"{head}{slash}{name}"
    for registry in _PLAIN_REGISTRIES:
        if repository.startswith(registry):
            repository = repository.removeprefix(registry)
            break
    return ImageName(repository, tag or None, digest or None)


_NON_ROOT_NAMES = words(
    "memcached haproxy solr jenkins sonarqube kibana logstash elasticsearch opensearch keycloak "
    "nginx-unprivileged varnish flink znc kong odoo zookeeper-nonroot"
)
_NON_ROOT_REPOSITORIES = regex(
    r"cgr\.dev/|(?:docker\.io/)?bitnami(?:legacy|secure)?/|nginxinc/nginx-unprivileged"
    r"|dhi\.io/|registry\.access\.redhat\.com/ubi\d+/(?:nodejs|python|nginx|httpd|php|ruby|go|openjdk)"
    r"|registry\.access\.redhat\.com/hi/|public\.ecr\.aws/lambda/|grafana/|prom/|hashicorp/"
    r"|cypress/|circleci/|cimg/"
)
_ROOT_REPOSITORIES = regex(
    r"gcr\.io/distroless/|ghcr\.io/astral-sh/uv|oven/bun|denoland/deno|nvidia/cuda|pytorch/pytorch"
    r"|mcr\.microsoft\.com/(?:playwright|dotnet/|devcontainers/base|vscode/)|tiangolo/"
    r"|(?:rockylinux|almalinux|redhat|continuumio|condaforge|opensuse|distroless)/"
    r"|registry\.access\.redhat\.com/ubi\d+/?(?:ubi|$)|public\.ecr\.aws/amazonlinux/"
)
_WINDOWS = regex(r"windows|nanoserver|servercore")


def runs_as_root(image: ImageName) -> bool | None:
    """Tell whether an image starts as root when nothing says otherwise; None when not known."""
    tag = image.tag or ""
    if "nonroot" in tag or "non-root" in tag or "rootless" in tag or "chiseled" in tag:
        return False
    if _WINDOWS.search(image.repository) or _WINDOWS.search(tag):
        return None
    if image.is_official:
        return image.name not in _NON_ROOT_NAMES
    if _NON_ROOT_REPOSITORIES.match(image.repository):
        return False
    return True if _ROOT_REPOSITORIES.match(image.repository) else None


_DEBIAN = words("python node ruby golang rust php debian ubuntu openjdk perl buildpack-deps")
_FULL = words("python node ruby golang rust perl buildpack-deps")
_LANGUAGES = {
    "python": words("python python3 pip pip3"),
    "node": words("node nodejs npm npx yarn corepack"),
    "golang": words("go"),
    "ruby": words("ruby gem bundle"),
    "nginx": words("nginx"),
}
_SHELL_TOOLS = words("curl wget nc")
_KNOWN_PROGRAMS = _SHELL_TOOLS.union(*_LANGUAGES.values())


def provides(image: ImageName, program: str) -> bool | None:
    """Tell whether a base image brings a program; None when that is not known."""
    if image.repository == "scratch":
        return False
    if program not in _KNOWN_PROGRAMS:
        return None
    distroless = image.repository.startswith("gcr.io/distroless/")
    if distroless and "debug" not in (image.tag or ""):
        return False if program in _SHELL_TOOLS else None
    if not image.is_official or (image.name not in _DEBIAN and image.name not in _OTHERS):
        return None
    if program in _LANGUAGES.get(image.name, ()):
        return True
    return _tool(image, program) if program in _SHELL_TOOLS else _foreign(image)


_OTHERS = words("alpine nginx busybox fedora amazonlinux")


def _tool(image: ImageName, program: str) -> bool | None:
    """Tell whether an image has one of the small network tools."""
    tag = image.tag or ""
    alpine = image.name == "alpine" or "alpine" in tag
    if image.name == "nginx":
        return True if program == "curl" else alpine
    if alpine or image.name == "busybox":
        return program != "curl"
    if "slim" in tag or image.name in {"debian", "ubuntu"}:
        return False
    return True if image.name in _FULL and program != "nc" else None


def _foreign(image: ImageName) -> bool | None:
    """Tell whether an image has the language of another: the full Debian ones may."""
    tag = image.tag or ""
    small = "slim" in tag or "alpine" in tag or image.name in {"alpine", "nginx", "debian"}
    return False if small else None
