"""The rule about scripts that rotate secrets."""

import pytest

from autodevops.rules import rotation as rules
from tests.rules.rotated import API, ROTATED
from tests.support.asking import subjects, violations
from tests.support.memory import snapshot_of

WORKS = (
    "#!/bin/bash\nset -euo pipefail\nnew=$(openssl rand -hex 32)\nrailway variables set {}=$new\n"
)
PRINTS = '#!/bin/bash\nset -e\necho "Rotate {} by hand:"\nprintf "1. log in"\ncat <<EOF\nx\nEOF\n'


class TestRotationScript:
    @staticmethod
    def scripts(text: str) -> dict[str, str]:
        return {f"scripts/rotate_{name.lower()}.sh": text.format(name) for name in ROTATED}

    def test_a_secret_that_no_script_names(self) -> None:
        assert subjects(rules.rotation_script, API) == ROTATED

    def test_scripts_that_only_print(self) -> None:
        files = API | self.scripts(PRINTS)
        found = violations(rules.rotation_script, snapshot_of(files, executable=tuple(files)))
        assert len(found) == 4
        assert found[0].message.endswith("only prints what somebody should do")

    def test_a_script_that_cannot_be_run(self) -> None:
        files = API | self.scripts(WORKS)
        ready = tuple(path for path in files if "gemini" not in path)
        (found,) = violations(rules.rotation_script, snapshot_of(files, executable=ready))
        assert found.subject == "scripts/rotate_gemini_api_key.sh"
        assert found.message.endswith("is not executable")

    @pytest.mark.parametrize(
        "text",
        [
            WORKS,
            '#!/bin/sh\necho "{}=$(head -c 32 /dev/urandom | base64)" >> .env\n',
            "#!/bin/sh\ncurl -X POST https://api.example.com/rotate/{}\n",
            "#!/bin/sh\n# {}\npython scripts/rotate.py\n",
            '#!/bin/sh\nrotate() {{\n  gh secret set "$1"\n}}\nrotate {}\n',
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = API | self.scripts(text)
        assert not subjects(rules.rotation_script, snapshot_of(files, executable=tuple(files)))

    def test_one_script_may_rotate_them_all(self) -> None:
        path = "scripts/rotate_all.sh"
        files = API | {path: f"for s in {' '.join(ROTATED)}; do gh secret set $s; done\n"}
        assert not subjects(rules.rotation_script, snapshot_of(files, executable=(path,)))
