"""The rules about the API's versions, on small applications and real histories."""

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import api_versioning as rules
from autodevops.rules._api import Rule
from tests.conftest import MakeRepo
from tests.support.asking import is_not_applicable, lines, outcomes, subjects, violations
from tests.support.history import at_fault, judged, messages, not_applicable, unknown
from tests.support.repositories import ago

TREE = [rules.unversioned_route, rules.header_versioning, rules.deprecation_header]
every_rule = pytest.mark.parametrize("rule", TREE, ids=lambda rule: rule.id)

GOOD = {
    "app/__init__.py": "",
    "app/config.py": 'class Settings(BaseSettings):\n    API_V1: str = "/api/v1"\n\n'
    "settings = Settings()\n",
    "app/main.py": "from fastapi import FastAPI\nfrom app.config import settings\n"
    "from app.routers import api\n\napp = FastAPI()\n"
    "app.include_router(api.router, prefix=settings.API_V1)\n\n"
    '@app.get("/healthz")\ndef health(): ...\n\n@app.get("/")\ndef root(): ...\n',
    "app/routers/__init__.py": "",
    "app/routers/api.py": "from fastapi import APIRouter\nfrom . import orders\n\n"
    "router = APIRouter()\nrouter.include_router(orders.router)\n",
    "app/routers/orders.py": "from fastapi import APIRouter\n\n"
    'router = APIRouter(prefix="/orders")\n\n@router.get("/{id}")\ndef show(): ...\n\n'
    '@router.post("/webhooks/stripe")\ndef hook(): ...\n',
}


def app(body: str, **files: str) -> dict[str, str]:
    """Return an API whose main module has this body behind its imports and `app`."""
    head = "from fastapi import APIRouter, FastAPI, Header, Query, Request\napp = FastAPI()\n"
    more = {f"app/{name}.py": text for name, text in files.items()}
    return {"app/__init__.py": "", "app/main.py": head + body, **more}


@every_rule
def test_a_versioned_api_is_fine(rule: Rule) -> None:
    assert all(not isinstance(said, Unknown) for said in outcomes(rule, GOOD))
    assert subjects(rule, GOOD) == []


@every_rule
@pytest.mark.parametrize(
    "files",
    [
        {
            "src/lib.py": "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef "
            "a(): ..."
        },
        {"app/main.py": "import fastapi\n"},
        {
            "lib/routers.py": "from fastapi import APIRouter\nr = APIRouter()\n@r.get('/a')\ndef "
            "a(): ..."
        },
        {
            "tests/test_a.py": "from fastapi import FastAPI\nx = FastAPI()\n@x.get('/a')\ndef "
            "a(): ..."
        },
        {"docs/a.py": "from fastapi import FastAPI\nx = FastAPI()\n@x.get('/a')\ndef a(): ..."},
        {"app/main.py": '"""app = FastAPI()"""\n'},
    ],
)
def test_without_an_application_there_is_nothing_to_judge(
    rule: Rule, files: dict[str, str]
) -> None:
    assert is_not_applicable(rule, files)


class TestRoutes:
    @pytest.mark.parametrize(
        ("body", "route"),
        [
            ('@app.get("/users")\ndef a(): ...\n', "GET /users"),
            ('@app.api_route("/users")\ndef a(): ...\n', "/users"),
            ('@app.websocket("/ws")\ndef a(): ...\n', "WEBSOCKET /ws"),
            ('app.add_api_route("/users", f)\n', "/users"),
            (('r = APIRouter(prefix="/api")\n@r.get("/x")\ndef a(): ...\n'
             "app.include_router(r)\n"), "GET /api/x"),
            (('r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
             'app.include_router(r, prefix="/v1")\n'), "GET /v1/x"),
            (('PREFIX = "/a" + "pi"\nr = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
             'app.include_router(r, prefix=f"{PREFIX}/old")\n'), "GET /api/old/x"),
            (('sub = FastAPI()\n@sub.get("/x")\ndef a(): ...\n'
             'app.mount("/sub", sub)\n'), "GET /sub/x"),
            (('r = APIRouter()\n@r.get("/x")\ndef a(): ...\nfor one in [r]:\n'
             '    app.include_router(one, prefix="/loop")\n'), "GET /loop/x"),
            ('app.include_router(users.get_router(), prefix="/auth")\n', "/auth/*"),
            (('def make(app: FastAPI):\n    app.include_router(r, prefix="/m")\n'
             'r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'), "GET /m/x"),
            ('@app.get("/api/v1x/y")\ndef a(): ...\n', "GET /api/v1x/y"),
        ],
    )  # fmt: skip
    def test_outside_a_version(self, body: str, route: str) -> None:
        (found,) = violations(rules.unversioned_route, app(body))
        assert found.subject == "app/main.py"
        assert found.evidence["routes"] == [route]

    @pytest.mark.parametrize(
        "body",
        [
            '@app.get("/api/v1/users")\ndef a(): ...\n',
            '@app.get("/api/v12")\ndef a(): ...\n',
            '@app.get("/health")\ndef a(): ...\n@app.get("/metrics")\ndef b(): ...\n',
            (
                '@app.post("/webhooks/stripe")\ndef a(): ...\n@app.get("/auth/callback")\n'
                "def b(): ...\n"
            ),
            '@app.get("/internal", include_in_schema=False)\ndef a(): ...\n',
            '@app.get("/page", response_class=HTMLResponse)\ndef a(): ...\n',
            'app.mount("/static", StaticFiles(directory="x"))\n@app.get("/")\ndef a(): ...\n',
            (
                'r = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
                'app.include_router(r, prefix="/api/v1")\n'
            ),
            'r = APIRouter()\n@r.get("/dead")\ndef a(): ...\n@app.get("/")\ndef b(): ...\n',
            'sub = FastAPI()\n@sub.get("/x")\ndef a(): ...\napp.mount("/api/v2", sub)\n',
            (
                'API = os.getenv("P", "/api/v1")\nr = APIRouter()\n@r.get("/x")\ndef a(): ...\n'
                "app.include_router(r, prefix=API)\n"
            ),
            'app.include_router(users.get_router(), prefix="/api/v1/auth")\n',
            '# @app.get("/users")\n@app.get("/")\ndef a():\n    """@app.get("/x")"""\n',
            'cache = {}\n@cache.get("/x")\ndef a(): ...\n@app.get("/")\ndef b(): ...\n',
        ],
    )
    def test_innocent(self, body: str) -> None:
        assert subjects(rules.unversioned_route, app(body)) == []

    def test_routers_are_followed_across_files(self) -> None:
        files = GOOD | {
            "app/config.py": 'class Settings:\n    API_V1 = "/api"\nsettings = Settings()\n'
        }
        assert lines(rules.unversioned_route, files) == [("app/routers/orders.py", 5)]

    @pytest.mark.parametrize(
        "config",
        [
            (
                'class Base:\n    API_V1: str = Field("/api/v1")\nclass Settings(Base): ...\n'
                "def get():\n    return Settings()\nsettings = get()\n"
            ),
            (
                'class Api:\n    prefix = "/api/v1"\nclass Settings:\n    api = Api()\n'
                "    API_V1 = Api.prefix\nsettings = Settings()\n"
            ),
            'V = 1\nclass Settings:\n    API_V1 = f"/api/v{V}"\nsettings: Settings = Settings()\n',
        ],
    )
    def test_settings_are_followed_too(self, config: str) -> None:
        assert subjects(rules.unversioned_route, GOOD | {"app/config.py": config}) == []

    @pytest.mark.parametrize(
        "prefix", ["compute()", "settings.unknown", "os.environ['P']", 'f"{x}/y"']
    )
    def test_a_prefix_that_nobody_can_tell_is_open(self, prefix: str) -> None:
        body = (
            f'r = APIRouter()\n@r.get("/x")\ndef a(): ...\napp.include_router(r, prefix={prefix})\n'
        )
        said = outcomes(rules.unversioned_route, app(body))
        assert [isinstance(one, Unknown) for one in said] == [True]

    def test_routers_that_include_each_other_end(self) -> None:
        body = (
            'r = APIRouter()\nr.include_router(r)\n@r.get("/x")\ndef a(): ...\n'
            'app.include_router(r, prefix="/api/v1")\n'
        )
        assert subjects(rules.unversioned_route, app(body)) == []

    def test_a_factory_makes_the_application(self) -> None:
        text = (
            "from fastapi import FastAPI\ndef create():\n    app = FastAPI()\n"
            '    @app.get("/users")\n    def a(): ...\n    return app\n'
        )
        assert subjects(rules.unversioned_route, {"app/main.py": text}) == ["app/main.py"]

    def test_a_broken_module_is_open(self) -> None:
        files = GOOD | {"app/routers/bad.py": "from fastapi import APIRouter\nr = APIRouter(\n"}
        assert any(isinstance(one, Unknown) for one in outcomes(rules.unversioned_route, files))


class TestHeaders:
    ROUTE = '@app.get("/api/v1/x")\n'

    @pytest.mark.parametrize(
        "endpoint",
        [
            'def a(request: Request):\n    return request.headers.get("X-API-Version")\n',
            'def a(request: Request):\n    return request.headers["api-version"]\n',
            'def a(request: Request):\n    return request.query_params.get("api_version", "1")\n',
            'def a(v: str = Header(alias="X-API-Version")): ...\n',
            "def a(x_api_version: str = Header()): ...\n",
            'def a(v: Annotated[str, Query(alias="api-version")]): ...\n',
            "async def a(*, api_version: int = Query(1)): ...\n",
        ],
    )
    def test_a_version_from_elsewhere(self, endpoint: str) -> None:
        assert subjects(rules.header_versioning, app(self.ROUTE + endpoint)) == ["app/main.py"]

    @pytest.mark.parametrize(
        "endpoint",
        [
            'def a():\n    return get(url, headers={"X-API-Version": "2"})\n',
            'def a(response):\n    response.headers["X-API-Version"] = "1"\n',
            'def a(reply):\n    return reply.headers.get("api-version")\n',
            "def a(version: str = Query()): ...\n",
            'def a(user_agent: str = Header(alias="User-Agent")): ...\n',
            'def a():\n    """Reads request.headers["X-API-Version"] no more."""\n',
            "def a(api_version: str): ...\n",
        ],
    )
    def test_innocent(self, endpoint: str) -> None:
        assert subjects(rules.header_versioning, app(self.ROUTE + endpoint)) == []


class TestDeprecation:
    TWO = '@app.get("/api/v1/x")\ndef a(): ...\n@app.get("/api/v2/x")\ndef b(): ...\n'

    def test_an_old_version_without_a_word(self) -> None:
        (found,) = violations(rules.deprecation_header, app(self.TWO))
        assert found.subject == "v1"
        assert found.locations[0].line == 3

    def test_a_mark_in_the_description_is_none(self) -> None:
        body = self.TWO.replace('/v1/x"', '/v1/x", deprecated=True')
        assert subjects(rules.deprecation_header, app(body)) == ["v1"]
        body = self.TWO + '# response.headers["Deprecation"] = "true"\n'
        assert subjects(rules.deprecation_header, app(body)) == ["v1"]

    @pytest.mark.parametrize(
        "files",
        [
            app(TWO + 'def dep(response):\n    response.headers["Deprecation"] = "true"\n'),
            app(TWO, middleware='headers = [(b"sunset", b"x")]\n'),
            app(TWO) | {"infra/nginx.conf": "add_header Deprecation true;\n"},
            app('@app.get("/api/v2/x")\ndef a(): ...\n'),
            app('@app.get("/api/v1/x")\ndef a(): ...\n@app.get("/health/v2")\ndef b(): ...\n'),
        ],
    )
    def test_innocent(self, files: dict[str, str]) -> None:
        assert subjects(rules.deprecation_header, files) == []


def served(*versions: int) -> str:
    """Return an API's main module with these versions."""
    parts = [f'@app.get("/api/v{one}/x")\ndef v{one}(): ...\n' for one in versions]
    return "from fastapi import FastAPI\napp = FastAPI()\n" + "".join(parts)


class TestRemoval:
    def test_too_early(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at=ago(days=400))
        repository.commit("feat: v2", {"app/main.py": served(1, 2)}, at="2026-03-01T12:00:00")
        repository.commit("feat!: no v1", {"app/main.py": served(2)}, at="2026-04-10T12:00:00")
        assert messages(rules.early_removal, repository) == [
            "v1 was removed on 2026-04-10, 40 days after v2 appeared; it stays until 2026-09-01"
        ]

    def test_replaced_in_one_go(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/v1.py": served(1)}, at=ago(days=400))
        repository.commit("feat!: v2", {"app/v1.py": None, "app/v2.py": served(2)})
        assert at_fault(rules.early_removal, repository) == ["v1"]

    def test_after_six_months(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at="2025-01-01T00:00:00")
        repository.commit("feat: v2", {"app/main.py": served(1, 2)}, at="2025-03-31T00:00:00")
        repository.commit("feat!: no v1", {"app/main.py": served(2)}, at="2025-09-28T00:00:00")
        assert at_fault(rules.early_removal, repository) == []

    def test_moved_and_put_back(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at=ago(days=400))
        both = {"app/main.py": served(2), "app/old.py": served(1).replace("app =", "app=")}
        repository.commit("refactor: move", both, at=ago(days=300))
        assert at_fault(rules.early_removal, repository) == []

    def test_requests_to_others_are_no_versions_of_ours(self, make_repo: MakeRepo) -> None:
        text = served(2) + 'client.get("/v1/x")\nget("https://api.example.com/v1/y")\n'
        repository = make_repo({"app/main.py": text}, at=ago(days=400))
        repository.commit("fix: x", {"app/main.py": served(2)}, at=ago(days=300))
        assert at_fault(rules.early_removal, repository) == []

    def test_one_version_has_no_past(self, make_repo: MakeRepo) -> None:
        assert not_applicable(rules.early_removal, make_repo({"app/main.py": served(1)}))

    def test_a_shallow_clone_knows_nothing(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"app/main.py": served(1)}, at=ago(days=400))
        repository.commit("feat: v2", {"app/main.py": served(2)}, at=ago(days=300))
        clone = repository.clone(repository.path.parent / "clone", "--depth=1")
        assert unknown(rules.early_removal, clone) == ["the clone is shallow"]


class TestBreaks:
    @pytest.mark.parametrize(
        "message",
        [
            "feat(api)!: drop the orders endpoint",
            "fix: rename a field\n\nBREAKING CHANGE: the field is called total now",
            "refactor!: drop things\n\nBREAKING-CHANGE: all of them",
        ],
    )
    def test_without_an_entry(self, make_repo: MakeRepo, message: str) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- nothing\n"})
        commit = repository.commit(message, {"a": "1"})
        assert at_fault(rules.undocumented_break, repository) == [commit]

    def test_without_a_changelog(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"README.md": ""})
        repository.commit("feat!: drop the orders endpoint", {"a": "1"})
        assert "there is no changelog" in messages(rules.undocumented_break, repository)[0]

    @pytest.mark.parametrize(
        ("message", "entry"),
        [
            ("feat!: drop the orders endpoint", "- **Breaking**: drop the `orders` endpoint."),
            ("feat!: drop the orders endpoint (#42)", "- Orders are gone ([#42](x))"),
            ("feat: add an endpoint", "- nothing"),
            ("feat!: drop the orders endpoint\n\nBREAKING CHANGE: use invoices instead", ("- use "
             "invoices instead of orders")),
            ("docs: how breaking change: works\n\nbreaking change: in lower case", "- nothing"),
            ("update! the readme", "- nothing"),
            ("wow!: no known type", "- nothing"),
            ('Revert "feat!: drop the orders endpoint"', "- nothing"),
        ],
    )  # fmt: skip
    def test_innocent(self, make_repo: MakeRepo, message: str, entry: str) -> None:
        repository = make_repo({"CHANGELOG.md": f"# Changelog\n\n## Unreleased\n\n{entry}\n"})
        repository.commit(message, {"a": "1"})
        assert at_fault(rules.undocumented_break, repository) == []

    def test_an_entry_that_comes_with_it(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        repository.commit("feat!: drop orders", {"CHANGELOG.md": "# Changelog\n\n- other words\n"})
        assert at_fault(rules.undocumented_break, repository) == []

    def test_an_entry_that_comes_with_its_branch(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        repository.checkout("feature/x", create=True)
        repository.commit("feat!: drop orders", {"a": "1"})
        repository.commit("docs: tell it", {"CHANGELOG.md": "# Changelog\n\n- other words\n"})
        repository.checkout("main")
        repository.merge("feature/x")
        assert at_fault(rules.undocumented_break, repository) == []

    def test_one_that_was_taken_back(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"})
        commit = repository.commit("feat!: drop orders", {"a": "1"})
        repository.commit(f'Revert "feat!: drop orders"\n\nThis reverts commit {commit}.\n')
        assert at_fault(rules.undocumented_break, repository) == []

    def test_one_from_before_the_policy(self, make_repo: MakeRepo) -> None:
        repository = make_repo({"CHANGELOG.md": "# Changelog\n"}, at="2026-01-01T00:00:00")
        repository.commit("feat!: drop orders", {"a": "1"}, at="2026-02-19T00:00:00")
        assert at_fault(rules.undocumented_break, repository) == []
        assert judged(rules.undocumented_break, repository) == []
