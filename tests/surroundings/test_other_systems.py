"""What another system wrote is data like any other."""

import json
from pathlib import Path

from tests.conftest import MakeRepo
from tests.support.shop import lay_out
from tests.surroundings.running import command, nonsense, ran, ran_or_refused


def test_files_with_line_ends_of_windows_are_read_alike(make_repo: MakeRepo) -> None:
    source = lay_out("bad-repo", make_repo(name="source").path / "shop")
    texts = {
        path: (source.path / path).read_bytes()
        for path in source.git("ls-files").splitlines()
        if not path.endswith(".sh")
    }
    found = []
    for name, end in (("lf", b"\n"), ("crlf", b"\r\n")):
        repo = make_repo(
            {path: text.replace(b"\n", end) for path, text in texts.items()}, name=name
        )
        done = ran(repo, command("audit", "--no-store", "-f", "json", "--ignore", "GV,SE,WS"))
        found.append({(one["rule"], one["subject"]) for one in json.loads(done.out)["findings"]})
    assert found[0] == found[1]


def test_paths_of_windows_in_data_are_only_text(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(
        {
            ".github/CODEOWNERS": "C:\\Users\\a @a\r\n\\docs\\ @b\r\n",
            ".github/workflows/ci.yml": "on: push\r\njobs:\r\n  a:\r\n"
            "    runs-on: windows-latest\r\n    steps:\r\n      - run: C:\\x.exe ..\\y\r\n",
            "README.md": "[a](C:\\docs\\a.md) [b](docs\\b.md) [c](file:///C:/c.md)\r\n",
            "autodevops.toml": '[guide]\r\nbaseline = "..\\\\base.json"\r\n',
            "a\\b.txt": "one name\n",
        }
    )
    refused = ran_or_refused(repo, "audit", "-f", "json")
    assert (refused.code, nonsense(refused.err.encode())) == (2, []), refused.err
    repo.commit("fix: no such path", {"autodevops.toml": None})
    done = ran(repo, command("audit", "-f", "json"))
    assert '"error": 0' in done.out
    saved = tmp_path / "saved.json"
    saved.write_bytes(
        b"\xef\xbb\xbf" + done.out.replace("README.md", "C:\\\\docs\\\\a.md").encode()
    )
    for form in ("text", "html", "sarif", "github", "junit"):
        assert ran(repo, command("report", str(saved), "-f", form)).out
