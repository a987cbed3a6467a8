"""Command lines: the program behind wrappers, what it does, and whether it can fail."""

import pytest

from autodevops.facts._blunt_options import blunted
from autodevops.facts._commands import Run, unwrap
from autodevops.facts._makefile import read_makefile
from autodevops.facts._package_scripts import package_runs, task_by_name
from autodevops.facts._shell import parse
from autodevops.facts._tools import Task, task_of, tool_of, tools


def run_of(line: str) -> Run:
    return unwrap(parse(line).commands[-1].argv)


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("pytest -q", "pytest -q"),
        ("sudo -E -u x pytest", "pytest"),
        ("env A=1 B=2 pytest", "pytest"),
        ("timeout -k 5 60 pytest", "pytest"),
        ("time nice -n 5 pytest", "pytest"),
        ("xvfb-run -a npm test", "npm test"),
        ("poetry run pytest -q", "pytest -q"),
        ("uv run --with x --frozen pytest", "pytest"),
        ("uvx --from x y z", "y z"),
        ("npx --yes -p x jest --ci", "jest --ci"),
        ("pnpm exec --filter a vitest run", "vitest run"),
        ("coverage run --branch -m pytest -q", "pytest -q"),
        ("python3.12 -m pytest", "pytest"),
        ("python -m coverage run -m unittest", "unittest"),
        ("docker run --rm -v a:b -e X=1 image:1 pytest -q", "pytest -q"),
        ("docker run --rm aquasec/trivy:latest fs .", "trivy fs ."),
        ("docker run --rm --entrypoint /bin/sh image x.sh", "sh x.sh"),
        ("docker run -d redis", "docker run -d redis"),
        ("docker compose -f x.yml exec -T api pytest", "pytest"),
        ("docker compose run --rm -e A=1 api pytest", "pytest"),
        ("docker compose up -d", "docker compose up -d"),
        ("docker exec -it c psql", "psql"),
        ("find . -name x | xargs -n 1 shellcheck", "shellcheck"),
        ("./node_modules/.bin/jest", "jest"),
        ("cross-env CI=1 jest", "jest"),
        ("sudo", "sudo"),
        ("env", "env"),
        ("timeout 5", "timeout 5"),
    ],
)
def test_wrappers_are_taken_off(line: str, argv: str) -> None:
    assert " ".join(run_of(line).argv) == argv


def test_a_container_is_remembered() -> None:
    assert run_of("docker run --rm image:1 pytest").image == "image:1"
    assert run_of("docker compose exec api pytest").service == "api"
    assert run_of("./scripts/x.sh").written == "./scripts/x.sh"


@pytest.mark.parametrize(
    ("line", "task"),
    [
        ("pytest", Task.TEST),
        ("tox -e py", Task.TEST),
        ("python manage.py test", Task.TEST),
        ("python manage.py migrate", Task.OTHER),
        ("node --test", Task.TEST),
        ("node node_modules/jest/bin/jest.js", Task.TEST),
        ("npx playwright test", Task.TEST),
        ("npx playwright install", Task.SETUP),
        ("go test ./...", Task.TEST),
        ("go build ./...", Task.BUILD),
        ("cargo test --no-run", Task.REPORT),
        ("pytest --collect-only", Task.REPORT),
        ("jest --listTests", Task.REPORT),
        ("mvn -B -DskipTests package", Task.REPORT),
        ("./gradlew build -x test", Task.BUILD),
        ("ruff check .", Task.LINT),
        ("ruff format .", Task.OTHER),
        ("ruff format --check .", Task.LINT),
        ("black --check .", Task.LINT),
        ("black .", Task.OTHER),
        ("prettier --write .", Task.OTHER),
        ("tsc --noEmit", Task.LINT),
        ("tsc -b", Task.BUILD),
        ("terraform fmt -check", Task.LINT),
        ("terraform fmt", Task.OTHER),
        ("terraform validate", Task.LINT),
        ("terraform apply", Task.DEPLOY),
        ("docker compose -f x.yml config", Task.LINT),
        ("docker compose -f x.yml build", Task.BUILD),
        ("docker buildx build .", Task.BUILD),
        ("docker buildx create", Task.SETUP),
        ("gitleaks detect", Task.SCAN_SECRETS),
        ("gitleaks --version", Task.REPORT),
        ("npm audit", Task.SCAN_DEPENDENCIES),
        ("npm ci", Task.SETUP),
        ("trivy config .", Task.SCAN_CODE),
        ("trivy image x", Task.SCAN_IMAGE),
        ("bandit -r app", Task.SCAN_CODE),
        ("railway up", Task.DEPLOY),
        ("vercel --prod", Task.DEPLOY),
        ("kubectl -n x apply -f y", Task.DEPLOY),
        ("kubectl get pods", Task.REPORT),
        ("echo pytest", Task.REPORT),
        ("codecov", Task.REPORT),
        ("./run-everything", Task.OTHER),
    ],
)
def test_what_programs_do(line: str, task: Task) -> None:
    assert task_of(run_of(line)) is task


def test_nothing_does_nothing() -> None:
    assert task_of(Run(())) is Task.OTHER
    assert tool_of(run_of("npm audit --json")) == "npm audit"


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("ruff check --exit-zero", "--exit-zero"),
        ("checkov -d . --soft-fail", "--soft-fail"),
        ("gitleaks detect --exit-code=0", "--exit-code 0"),
        ("npm audit --audit-level=none", "--audit-level=none"),
        ("trivy fs .", "trivy without --exit-code"),
        ("trivy fs --config trivy.yaml .", ""),
        ("trivy fs --exit-code 1 .", ""),
        ("trufflehog git file://. --fail", ""),
        ("trufflehog filesystem .", "trufflehog without --fail"),
        ("semgrep ci", ""),
        ("semgrep scan", "semgrep without --error"),
        ("grype image", "grype without --fail-on"),
        ("detect-secrets scan", "detect-secrets scan only lists"),
        ("bandit -r app", ""),
        ("pytest", ""),
    ],
)
def test_options_that_take_the_teeth(line: str, how: str) -> None:
    assert blunted(run_of(line), {}) == how


def test_the_environment_may_give_the_teeth_back() -> None:
    assert blunted(run_of("trivy fs ."), {"TRIVY_EXIT_CODE": "1"}) == ""
    assert blunted(run_of("trivy fs ."), {"TRIVY_EXIT_CODE": "0"}) != ""


@pytest.mark.parametrize(
    ("line", "scripts"),
    [
        ("npm test", ["test"]),
        ("npm t", ["test"]),
        ("npm run lint", ["lint"]),
        ("npm --prefix web run-script lint", ["lint"]),
        ("npm install", []),
        ("yarn lint", ["lint"]),
        ("yarn install", []),
        ("yarn", []),
        ("yarn workspace web test", ["test"]),
        ("yarn workspaces foreach run build", ["build"]),
        ("pnpm -C web build", ["build"]),
        ("pnpm audit", []),
        ("bun run test", ["test"]),
        ("bun test", []),
        ("run-s lint test", ["lint", "test"]),
        ("make test", []),
    ],
)
def test_package_scripts_are_seen(line: str, scripts: list[str]) -> None:
    assert [one.name for one in package_runs(run_of(line))] == scripts


def test_arguments_are_handed_on() -> None:
    assert package_runs(run_of("npm test -- --ci -u"))[0].extra == ("--ci", "-u")
    assert package_runs(run_of("yarn test --ci"))[0].extra == ("--ci",)
    assert package_runs(run_of("npm run a -w web"))[0].workspace == "web"


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("test", Task.TEST),
        ("test:unit", Task.TEST),
        ("e2e", Task.TEST),
        ("latest", Task.OTHER),
        ("lint:fix", Task.LINT),
        ("typecheck", Task.LINT),
        ("build", Task.BUILD),
        ("deploy", Task.DEPLOY),
        ("dev", Task.OTHER),
    ],
)
def test_a_scripts_name_tells(name: str, task: Task) -> None:
    assert task_by_name(name) is task


MAKEFILE = """\
PY ?= python3
include common.mk
.PHONY: test
test: lint deps | dirs
\t@$(PY) -m pytest \\
\t  -q
\t-rm -f x $$HOME
lint: ; ruff check .
a b:
\t# nothing
\t$(MAKE) test
\t$(UNKNOWN) x
.IGNORE: lint
"""


def test_makefiles_have_targets_with_lines() -> None:
    targets = read_makefile("Makefile", MAKEFILE)
    assert targets["test"].needs == ("lint", "deps", "dirs")
    told = [(line.text, line.line, line.ignored) for line in targets["test"].recipe]
    assert told == [("python3 -m pytest  \t  -q", 5, False), ("rm -f x $HOME", 7, True)]
    assert [(line.text, line.ignored) for line in targets["lint"].recipe] == [
        ("ruff check .", True)
    ]
    assert [line.text for line in targets["b"].recipe] == ["make test", "$(UNKNOWN) x"]


@pytest.mark.parametrize(
    "text", ["", "\tx\n", ":\n", "a:" * 5_000, "=\n:=\n", "\\\n" * 5_000, "a:\n" + "\tx\n" * 5_000]
)
def test_no_makefile_raises(text: str) -> None:
    assert all(len(target.recipe) <= 200 for target in read_makefile("Makefile", text).values())


def test_the_tables_name_each_program_and_action_once() -> None:
    for table in (tools().programs, tools().actions):
        names = [name for names in table.values() for name in names]
        assert sorted(names) == sorted(set(names))
        assert all(name == name.strip() for name in names)
    assert all(name == name.lower() for names in tools().actions.values() for name in names)
