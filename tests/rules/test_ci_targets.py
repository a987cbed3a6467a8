"""CI009: what steps run and read is in the repository."""

import pytest

from autodevops.rules import ci_validity as rules
from tests.support.asking import is_not_applicable, violations
from tests.support.pipelines import CI, one_job, platform

CHECKOUT = "- uses: actions/checkout@v5\n"
TREE = {
    "requirements.txt": "x",
    "scripts/x.sh": "#!/bin/bash\n",
    "scripts/x.py": "x",
    "tests/test_a.py": "x",
    "Dockerfile": "x",
    "frontend/package.json": '{"scripts": {"lint": "eslint ."}}',
    "frontend/package-lock.json": "{}",
    "Makefile": "test:\n\tpytest\n",
    ".gitignore": "generated/\n",
}


def missing(steps: str, **files: str) -> list[str]:
    """Return what CI009 says is missing for steps behind a checkout."""
    if not steps.startswith("-"):
        lines = "\n".join(f"    {line}" for line in steps.split("\n"))
        steps = f"- run: |\n{lines}"
    found = violations(rules.missing_target, {**TREE, **files, CI: one_job(CHECKOUT + steps)})
    told: list[str] = []
    for violation in found:
        texts = violation.evidence["missing"]
        assert isinstance(texts, list)
        told += texts
    return told


def test_a_pipeline_that_follows_the_guide_misses_little() -> None:
    tree = platform() | {"requirements.txt": "x", "tests/integration/test_a.py": "x"}
    tree |= {"frontend/package-lock.json": "{}", "workers/package-lock.json": "{}"}
    assert violations(rules.missing_target, tree) == []


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("pip install -r requirements-dev.txt", "requirements-dev.txt"),
        ("python scripts/gone.py", "scripts/gone.py"),
        ("python3 scripts/gone.py --all", "scripts/gone.py"),
        ("bash scripts/gone.sh", "scripts/gone.sh"),
        ("./scripts/gone.sh", "./scripts/gone.sh"),
        ("chmod +x scripts/gone.sh\n./scripts/gone.sh", "./scripts/gone.sh"),
        ("- run: chmod +x gone.sh\n- run: ./gone.sh", "./gone.sh"),
        ("scripts/gone.py || echo no", "scripts/gone.py"),
        ("pytest tests/unit -q", "tests/unit"),
        ("pytest tests/test_gone.py::test_a", "tests/test_gone.py"),
        ("node scripts/gone.js", "scripts/gone.js"),
        ("cd backend\npytest", "the folder backend"),
        ("cd frontend && npm run build", "the script 'build' in frontend/package.json"),
        ("npm --prefix frontend test", "the script 'test' in frontend/package.json"),
        ("npm run build", "package.json with the script 'build'"),
        ("npm ci", "package-lock.json or npm-shrinkwrap.json"),
        ("make lint", "the target 'lint' in the Makefile of the root"),
        ("make -C frontend test", "a Makefile in frontend"),
        ("docker build -f Dockerfile.api .", "Dockerfile.api"),
        ("docker compose -f compose.ci.yml up -d", "compose.ci.yml"),
        ("kubectl apply -f k8s/app.yaml", "k8s/app.yaml"),
        ("terraform -chdir=infra/terraform init", "infra/terraform"),
        ("- run: x\n  working-directory: backend", "the working directory backend"),
        ("- uses: ./.github/actions/gone", "the action ./.github/actions/gone"),
        ("- uses: docker/build-push-action@v6\n  with: {file: Dockerfile.web}", "Dockerfile.web"),
        ("- uses: actions/setup-node@v5\n  with: {cache: npm}", "package-lock.json or npm-"),
    ],
)
def test_what_is_not_there_is_told(steps: str, told: str) -> None:
    assert [text[: len(told)] for text in missing(steps)][:1] == [told]


@pytest.mark.parametrize(
    "steps",
    [
        "pip install -r requirements.txt",
        "python scripts/x.py && bash scripts/x.sh && ./scripts/x.sh",
        "python -m pytest tests -k 'a/b'",
        "pytest tests/test_a.py::test_a --junitxml=out/r.xml -n 4",
        "pytest --rootdir tests -o log_file=x",
        "python -c 'import x'",
        "python - <<EOF\nx\nEOF",
        "bash -c 'scripts/gone.sh'",
        "bash <(curl -s https://x.org/y.sh)",
        "curl -o run.sh https://x.org/run.sh\nbash run.sh",
        "echo 'x' > gen.py\npython gen.py",
        "cp scripts/x.py tools.py && python tools.py",
        "mkdir -p work && cd work",
        "git clone https://x.org/y\ncd y && make all",
        "if [ -f scripts/gone.sh ]; then bash scripts/gone.sh; fi",
        "test -f requirements-dev.txt && pip install -r requirements-dev.txt",
        "[[ -d backend ]] && cd backend",
        "cd $DIR && npm run x",
        "cd ${{ matrix.folder }} && npm ci",
        "cd frontend && npm ci && npm run lint",
        "cd frontend && npm run build --if-present",
        "cd frontend && npx eslint . && npm install",
        "yarn build",
        "pnpm turbo run build",
        "./node_modules/.bin/eslint .",
        "./dist/app",
        "python generated/x.py",
        "/usr/bin/make-thing ~/x.sh",
        "make test",
        "make",
        "docker build .",
        "docker run --rm -v $PWD:/x image python /x/gone.py",
        "docker compose exec api python scripts/gone.py",
        "docker logs -f shop-api-1 & docker rm -f shop-db-1",
        "docker compose logs -f api",
        "docker-compose rm -f api",
        "kubectl logs -n shop -f deployment/api",
        "source .venv/bin/activate",
        "python scripts/*.py",
        "- uses: actions/download-artifact@v5\n- run: python gone.py",
        "- run: bash gone.sh\n  if: hashFiles('gone.sh') != ''",
        "- uses: actions/setup-python@v5\n  with: {cache: pip}",
        "- uses: actions/setup-node@v5\n  with: {cache: npm, cache-dependency-path: frontend/p*}",
        "- run: pwd\n  working-directory: ${{ matrix.folder }}",
        "- shell: pwsh\n  run: ./gone.ps1",
        "- uses: docker/build-push-action@v6\n  with: {context: '{{defaultContext}}:sub'}",
    ],
)
def test_what_may_be_there_is_left_alone(steps: str) -> None:
    assert missing(steps) == []


@pytest.mark.parametrize(
    "checkout",
    [
        "",
        "- uses: actions/checkout@v5\n  with: {repository: acme/other}\n",
        "- uses: actions/checkout@v5\n  with: {path: src}\n",
        "- uses: actions/checkout@v5\n  with: {ref: gh-pages}\n",
    ],
)
def test_without_this_tree_nothing_is_missed(checkout: str) -> None:
    tree = {**TREE, CI: one_job(f"{checkout}- run: bash gone.sh")}
    assert violations(rules.missing_target, tree) == []


def test_a_makefile_that_takes_in_others_may_have_any_target() -> None:
    assert missing("make lint", Makefile="include x.mk\ntest:\n\tx\n") == []
    assert missing("make lint-a", Makefile="lint-%:\n\tx\n") == []


def test_a_called_workflow_is_there() -> None:
    call = "on: push\njobs: {a: {uses: ./.github/workflows/gone.yml}}\n"
    (violation,) = violations(rules.missing_target, {CI: call})
    assert violation.subject == f"{CI}#a"
    assert violation.evidence["missing"] == ["the workflow ./.github/workflows/gone.yml"]


def test_one_finding_for_a_step() -> None:
    steps = CHECKOUT + "- name: Do it\n  run: |\n    bash a.sh\n    bash b.sh"
    (violation,) = violations(rules.missing_target, {CI: one_job(steps)})
    assert violation.subject == f"{CI}#backend-test/Do it"
    assert [at.line for at in violation.locations] == [9, 10]
    assert violation.message.startswith("backend-test/Do it in ")


def test_no_jobs() -> None:
    assert is_not_applicable(rules.missing_target, {"README.md": "x"})
