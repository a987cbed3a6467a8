"""What a path says about the secrets in its file: which syntax, whose data, marked as invented.

Everything that judgement takes from a path is in `FileContext`, so that a blob's judgement can be
kept under its object id and this context's key, whatever the path was.
"""

from enum import StrEnum
from functools import lru_cache
from posixpath import splitext
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._words import words
from autodevops.model.paths import basename
from autodevops.model.patterns import regex


class FileRole(StrEnum):
    """What kind of text a file is."""

    CODE = "code"
    CONFIG = "config"
    EXAMPLE = "example"
    DOCUMENT = "document"
    NOTEBOOK = "notebook"
    LOCK = "lock"


class FileContext(Struct, frozen=True):
    """What a path says about its file."""

    role: FileRole
    """What kind of text it is."""
    extension: str
    """With the dot where an engine's rules ask for it; empty otherwise."""
    test: bool
    """Whether it stands among tests."""
    fixture: bool
    """Whether it is test data, a sample, an API description, or another project's file."""
    invented: bool
    """Whether it is a fixture that says so: fixtures folder and a name with fake, dummy, test..."""
    shown: bool = False
    """Whether it stands among examples or documentation: what it makes itself, it shows."""
    python: bool = False
    """Whether it is Python, whose documentation strings are documents."""

    @property
    def key(self) -> str:
        """Return a short text that is equal for equal contexts."""
        marks = f"{'+test' * self.test}{'+fixture' * self.fixture}{'+invented' * self.invented}"
        return f"{self.role}{self.extension}{marks}{'+shown' * self.shown}{'+py' * self.python}"


_CODE = words(
    ".py .pyi .js .jsx .ts .tsx .mjs .cjs .vue .svelte .go .rs .java .kt .kts .scala .groovy .rb "
    ".php .pl .pm .c .h .cc .cpp .cxx .hpp .cs .fs .swift .m .mm .dart .ex .exs .erl .lua .r .jl "
    ".sql .html .htm .css .scss .less .j2 .jinja .jinja2 .tmpl .erb .ejs .hbs .ps1 .clj .hs .ml "
    ".sol .zig .nim .proto .graphql .svg"
)
_DOCUMENTS = words(".md .mdx .rst .adoc .txt .tex .org .rdoc .textile")
_ENGINE_EXTENSIONS = frozenset({".tf", ".hcl", ".yml", ".yaml", ".php"})
_LOCKS = words(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-lock.yml bun.lock "
    "poetry.lock uv.lock pdm.lock pipfile.lock cargo.lock composer.lock gemfile.lock go.sum "
    "flake.lock mix.lock pubspec.lock packages.lock.json deno.lock podfile.lock "
    ".terraform.lock.hcl conda-lock.yml gradle.lockfile .secrets.baseline shrinkwrap.yaml"
)
_LOCK_ENDINGS = (
    ".map",
    ".min.js",
    "-min.js",
    ".min.css",
    ".lock",
    ".sum",
    ".snap",
    ".gitleaksignore",
)
_KEY_CONFIGS = frozenset({"nuget.config", ".git-credentials"})

_EXAMPLE = regex(
    r"(?:^|[._-])(?:example|sample|template|dist|tmpl|tpl|defaults?|skeleton)(?:$|[._-])"
)
_TEST_FOLDERS = words(
    "test tests testing spec specs __tests__ e2e integration_tests testdata test_data test-data "
    "fixtures fixture __fixtures__ mocks __mocks__ cassettes testutil testutils unit"
)
_FIXTURE_FOLDERS = words(
    "fixtures fixture __fixtures__ testdata test_data test-data mocks __mocks__ cassettes samples"
)
_VENDORED_FOLDERS = words(
    "node_modules bower_components jspm_packages site-packages dist-packages vendor godeps "
    "third_party third-party thirdparty pods carthage"
)
"""Folders of other projects' published code: whoever wants those keys has them."""
_TEST_DATA = words("data resources assets files snapshots certs tls ssl keys")
"""Folders of test data where they stand below tests."""
_SHOWN_FOLDERS = words(
    "examples example sample docs doc docs_src documentation tutorial tutorials demo"
)
_SAMPLE = regex(
    r"(?:^|[._-])(?:samples|mocks?|stories|fixtures?|sample[._-]?data)(?:[._-]|$)"
    r"|[_-]examples(?:[._-]|$)"
)
_SHOWING_NAME = regex(r"(?:^|[._-])(?:demo|examples?|samples?)(?:[._-]|$)")
_API_DESCRIPTION = regex(r"(?:openapi|swagger).{0,40}\.(?:json|ya?ml)$")
_TEST_FILE = regex(r"(?:^|[._-])(?:tests?|spec|mock|conftest)(?:[._-]|$)")
_INVENTED_NAME = regex(
    r"(?:^|[._-])(?:fake|dummy|example|sample|mock|invalid|bogus|test|insecure|not[_-]?real)"
    r"(?:[._-]|$)"
)


def is_environment_file(path: str) -> bool:
    """Tell whether a path is a `.env` file of any kind, examples included."""
    name = basename(path).lower()
    return (
        name in {".env", "env", ".envrc", "dotenv"}
        or name.startswith((".env.", "env.", ".env-", ".env_"))
        or (name.endswith(".env") or ".env." in name)
    )


def is_environment_example(path: str) -> bool:
    """Tell whether a path is a template of a `.env` file, such as `.env.example`."""
    return is_environment_file(path) and _EXAMPLE.search(basename(path).lower()) is not None


@lru_cache(maxsize=4096)
def file_context(path: str) -> FileContext:
    """Return what a path says about its file."""
    folder, _, name = path.lower().rpartition("/")
    around = _around(folder)
    extension = splitext(name)[1]
    # Helm's chart testing installs each chart with the values that stand in `ci`.
    installed = around.installs and name.endswith(("-values.yaml", "-values.yml"))
    test = around.test or installed or _TEST_FILE.search(name) is not None
    shows = test and (around.test_data or _SHOWING_NAME.search(name) is not None)
    return FileContext(
        role=_role(path, name, extension),
        extension=name if name in _KEY_CONFIGS else extension * (extension in _ENGINE_EXTENSIONS),
        test=test,
        fixture=around.fixture or around.foreign or shows or _is_sample(name),
        invented=around.fixture and _INVENTED_NAME.search(name) is not None,
        shown=around.shown,
        python=extension in {".py", ""},
    )


class _Around(NamedTuple):
    """What a folder says about its files."""

    test: bool
    """They stand among tests."""
    test_data: bool
    """If they are tests, they are data of tests."""
    installs: bool
    """It is named as the folder of Helm's chart testing."""
    fixture: bool
    """They are test data."""
    foreign: bool
    """They are somebody else's, or samples."""
    shown: bool
    """They stand among examples or documentation."""


@lru_cache(maxsize=4096)
def _around(folder: str) -> _Around:
    """Return what a folder says, of which a large repository has far fewer than files."""
    names = folder.split("/")
    return _Around(
        test=names[0] == "integration" or not _TEST_FOLDERS.isdisjoint(names),
        test_data=not _TEST_DATA.isdisjoint(names),
        installs=names[-1] == "ci",
        fixture=not _FIXTURE_FOLDERS.isdisjoint(names),
        foreign=not _VENDORED_FOLDERS.isdisjoint(names) or any(map(_SAMPLE.search, names)),
        shown=not _SHOWN_FOLDERS.isdisjoint(names),
    )


def _is_sample(name: str) -> bool:
    return _API_DESCRIPTION.search(name) is not None or _SAMPLE.search(name) is not None


def _role(path: str, name: str, extension: str) -> FileRole:
    if name in _LOCKS or name.endswith(_LOCK_ENDINGS):
        return FileRole.LOCK
    if is_environment_example(path):
        return FileRole.EXAMPLE
    if extension == ".ipynb":
        return FileRole.NOTEBOOK
    if extension in _DOCUMENTS and not name.startswith(("secret", "password", "credential", "key")):
        return FileRole.DOCUMENT
    if extension in _CODE:
        return FileRole.CODE
    return FileRole.CONFIG
