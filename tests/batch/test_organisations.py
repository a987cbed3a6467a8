"""`batch` over organisations on GitHub: what is listed, what is asked, what is used again."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeRepo
from tests.support.command import Done, autodevops
from tests.support.github import Classic, Organization, Server, Token
from tests.support.github import Repository as Hosted
from tests.support.repositories import run_git

ONE = ("--select", "LA006")
"""One rule, so that audits are short."""
FAULTY = {"app/main.py": "print()\n", "app/main.py.bak": "print()\n"}
CLEAN = {"README.md": "# shop\n"}


def reports(done: Done) -> list[dict[str, Any]]:
    """Return the reports of a batch in JSON."""
    assert done.json["schema"] == "autodevops/reports/v1"
    found: list[dict[str, Any]] = done.json["reports"]
    return found


@pytest.fixture
def acme(github: Server, make_repo: MakeRepo) -> Server:
    """Return a server on which acme owns six repositories, one archived, one a fork."""
    github.world.organizations["acme"] = Organization("acme")
    for name in ("api", "shop", "web"):
        files = FAULTY if name == "shop" else CLEAN
        path = make_repo(files, name=name).path
        github.world.add(Hosted(f"acme/{name}", path=path, protection=Classic(approvals=1)))
    old = make_repo(CLEAN, name="old").path
    github.world.add(Hosted("acme/old", path=old, archived=True))
    github.world.add(Hosted("acme/copy", path=old, fork=True))
    github.world.add(Hosted("acme/new", path=make_repo(name="new").path))
    return github


class TestGitHub:
    """Repositories and organisations on GitHub."""

    def run(self, server: Server, folder: Path, *arguments: str, stdin: str = "") -> Done:
        variables = server.environment(server.world.owner)
        return autodevops(
            "batch", "-f", "json", *arguments, cwd=folder, environment=variables, stdin=stdin
        )

    def names(self, done: Done) -> list[str]:
        return sorted(one["target"]["name"].removeprefix("acme/") for one in reports(done))

    def test_an_organisation(self, acme: Server, tmp_path: Path) -> None:
        done = self.run(acme, tmp_path, "--org", "acme", *ONE)

        assert self.names(done) == ["api", "new", "shop", "web"]
        assert done.code == 0
        assert "acme owns 4 repositories to audit" in done.err
        assert "1 archived (--include-archived), 1 forks (--include-forks)" in done.err

    def test_archived_ones_and_forks_by_option(self, acme: Server, tmp_path: Path) -> None:
        both = ("--include-archived", "--include-forks")
        done = self.run(acme, tmp_path, "--org", "acme", *both, *ONE)

        assert self.names(done) == ["api", "copy", "new", "old", "shop", "web"]

    def test_several_organisations_and_a_list(self, acme: Server, tmp_path: Path) -> None:
        acme.world.organizations["tools"] = Organization("tools")
        acme.world.add(Hosted("tools/kit", path=tmp_path / "web"))
        orgs = ("--org", "acme", "--org", "tools")

        done = self.run(acme, tmp_path, "-", *orgs, *ONE, stdin="./web\nacme/shop\n")

        named = [one["target"]["name"] for one in reports(done)]
        assert named[:2] == ["web", "acme/shop"]
        assert sorted(named[2:]) == ["acme/api", "acme/new", "acme/web", "tools/kit"]

    def test_a_long_list_is_read_to_its_end(self, acme: Server, tmp_path: Path) -> None:
        from autodevops.batch.organisations import repositories_of
        from autodevops.sources.github.client import GitHub
        from tests.support.github import credential

        for number in range(230):
            acme.world.add(Hosted(f"acme/part-{number}", path=tmp_path / "new"))
        with GitHub(credential(acme.world.owner), at=acme.at) as client:
            owned = repositories_of(client, "acme", archived=True, forks=True)

        assert len(set(owned.names)) == 236

    def test_a_person_is_no_organisation_but_owns_some(self, acme: Server, tmp_path: Path) -> None:
        acme.world.add(Hosted("ada/notes", path=tmp_path / "web"))

        assert self.names(self.run(acme, tmp_path, "--org", "ada", *ONE)) == ["ada/notes"]

    def test_nobody_of_that_name(self, acme: Server, tmp_path: Path) -> None:
        done = self.run(acme, tmp_path, "--org", "nobody", *ONE)

        assert done.code in {2, 3}
        assert done.out == ""

    def test_what_is_not_there_or_not_allowed_fails_alone(
        self, acme: Server, tmp_path: Path
    ) -> None:
        acme.world.add(Hosted("acme/secret", path=tmp_path / "web", private=True))
        stranger = acme.world.allow(Token("ghp_" + "str4nger" * 4, repositories=()))
        targets = "acme/shop\nacme/gone\nacme/secret\nacme/api\n"

        done = autodevops(
            *("batch", "-", "-f", "json", *ONE),
            cwd=tmp_path,
            environment=acme.environment(stranger),
            stdin=targets,
        )

        assert [one["schema"].split("/")[1] for one in reports(done)] == [
            *("report", "failure", "failure", "report"),
        ]
        assert done.code == 4

    def test_a_refused_token_audits_none(self, acme: Server, tmp_path: Path) -> None:
        unknown = Token("ghp_" + "n0body" * 6)
        done = autodevops(
            *("batch", "-", "-f", "json"),
            cwd=tmp_path,
            environment=acme.environment(unknown),
            stdin="acme/shop\nacme/api\n",
        )

        assert done.code == 3
        assert unknown.value not in done.out + done.err

    def test_a_spent_limit_ends_it_in_part(self, acme: Server, tmp_path: Path) -> None:
        acme.remaining["graphql"] = 1
        for number in range(9):
            acme.world.add(Hosted(f"acme/more-{number}", path=tmp_path / "web"))
        names = ["api", "shop", "web", "new", *(f"more-{number}" for number in range(9))]
        listed = "".join(f"acme/{name}\n" for name in names)

        done = self.run(acme, tmp_path, "-", "--select", "LA006,BR008", stdin=listed)

        codes = [one.get("error", {}).get("code") for one in reports(done)]
        assert (codes.count(None), codes.count(4)) == (5, 8)
        assert done.code == 4
        told = {one["error"]["message"] for one in reports(done) if "error" in one}
        assert "rate limit" in told.pop()
        audited = [one["target"]["name"] for one in reports(done) if "rules" in one]

        acme.remaining["graphql"] = 5000
        asked = len(acme.requests)
        again = self.run(acme, tmp_path, "-", "--resume", "--select", "LA006,BR008", stdin=listed)
        assert again.code in {0, 1}
        assert [one["target"]["name"] for one in reports(again)] == [f"acme/{n}" for n in names]
        again_asked = {one.path for one in acme.requests[asked:]}
        assert not any(f"/{name}.git" in path for name in audited for path in again_asked)

    def test_settings_are_those_of_an_audit_of_one(self, acme: Server, tmp_path: Path) -> None:
        listed = "acme/shop\nacme/api\nacme/web\n"
        together = reports(self.run(acme, tmp_path, "-", stdin=listed))
        alone = [
            autodevops(
                *("audit", name, "-f", "json", "--no-store"),
                cwd=tmp_path,
                environment=acme.environment(acme.world.owner),
            ).json
            for name in listed.split()
        ]

        for one, other in zip(together, alone, strict=True):
            assert [(rule["id"], rule["status"]) for rule in one["rules"]] == [
                (rule["id"], rule["status"]) for rule in other["rules"]
            ]
            assert one["findings"][0] == other["findings"][0]


class TestReuse:
    """What did not change is not audited again."""

    def run(self, server: Server, folder: Path, *arguments: str, **variables: str) -> Done:
        environment = {**server.environment(server.world.owner), **variables}
        return autodevops(
            *("batch", "--org", "acme", "-f", "json", *arguments),
            cwd=folder,
            environment=environment,
        )

    def clones(self, server: Server) -> int:
        return sum(one.method == "POST" and b"command=fetch" in one.body for one in server.requests)

    def test_nothing_changed(self, acme: Server, tmp_path: Path) -> None:
        first = self.run(acme, tmp_path)
        calls, clones = len(acme.calls), self.clones(acme)

        second = self.run(acme, tmp_path)

        assert second.out == first.out
        assert self.clones(acme) == clones
        assert len(acme.calls) - calls <= 4, "one call a repository, besides those that are free"
        assert "4 unchanged since an earlier batch" in second.err

    @pytest.mark.parametrize(
        ("arguments", "variables"),
        [
            (("--force",), {}),
            (("--select", "LA"), {}),
            (("--no-history",), {}),
            ((), {"AUTODEVOPS_NOW": "2026-12-22T12:00:00Z"}),
        ],
    )
    def test_other_questions_are_asked_anew(
        self, acme: Server, tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str]
    ) -> None:
        self.run(acme, tmp_path)

        done = self.run(acme, tmp_path, *arguments, **variables)

        assert "unchanged" not in done.err

    def test_another_guide_judges_anew(self, acme: Server, tmp_path: Path) -> None:
        (tmp_path / "team.toml").write_text("[branches.types]\nspike = 2\n")
        self.run(acme, tmp_path, "--config", "team.toml")
        assert "4 unchanged" in self.run(acme, tmp_path, "--config", "team.toml").err
        (tmp_path / "team.toml").write_text("[branches.types]\nspike = 3\n")

        assert "unchanged" not in self.run(acme, tmp_path, "--config", "team.toml").err

    def test_a_push_or_a_setting_changes_one(self, acme: Server, tmp_path: Path) -> None:
        before = {one["target"]["name"]: one for one in reports(self.run(acme, tmp_path))}
        (tmp_path / "shop" / "more.txt").write_text("more\n")
        run_git(tmp_path / "shop", "add", "-A")
        author = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        run_git(tmp_path / "shop", *author, "commit", "-qm", "feat: more")
        acme.world.repositories["acme/web"].protection = None

        done = self.run(acme, tmp_path)

        assert "2 unchanged since an earlier batch" in done.err
        after = {one["target"]["name"]: one for one in reports(done)}
        assert [name for name in after if after[name] != before[name]] == ["acme/shop", "acme/web"]
        assert after["acme/shop"]["target"]["commit"] != before["acme/shop"]["target"]["commit"]


def test_no_token_is_in_any_file_of_a_run(acme: Server, tmp_path: Path) -> None:
    state = tmp_path / "state"
    variables = {
        **acme.environment(acme.world.owner),
        "AUTODEVOPS_STATE_DIR": str(state),
        "AUTODEVOPS_CACHE_DIR": str(tmp_path / "cache"),
    }
    done = autodevops(
        *("batch", "-", "--output-dir", "out", "-f", "json"),
        cwd=tmp_path,
        environment=variables,
        stdin="acme/shop\nacme/gone\n",
    )

    token = acme.world.owner.value.encode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len([path for path in files if state in path.parents]) >= 3
    assert not [path for path in files if token in path.read_bytes()]
    assert acme.world.owner.value not in done.out + done.err
