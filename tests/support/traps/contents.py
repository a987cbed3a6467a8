"""Contents that no parser is meant for: in every kind of file, in names and in our own files."""

import re
from collections.abc import Callable

from tests.support.hostile import DEPTH, bomb, spell
from tests.support.traps.kinds import KINDS, Kind
from tests.support.traps.room import Room, Trap

_GIANT = "x" * 100_000


def _nested(opening: str, closing: str = "", middle: str = "") -> str:
    return opening * DEPTH + middle + closing * DEPTH


_DEEP: dict[str, str] = {
    "docker": f"FROM a\nRUN {_nested('$(', ')')}\nENV A={_nested('${A:-', '}')}\n",
    "hcl": _nested("a {\n", "}\n") + f"a = {_nested('[', ']')}\nb = {_nested('(', ')')}\n",
    "ini": f"[{_nested('[', ']')}]\na = {_nested('%(', ')s')}\n",
    "json": _nested('{"a":[', "]}", "1"),
    "lines": _nested("a/") + " @a\n" + _nested("[a-") + "\n" + _nested("${", "}") + "\n",
    "make": f"A = {_nested('$(', ')', 'A')}\nall: {_nested('$(A')}\n\t{_nested('$(shell ', ')')}\n",
    "markdown": _nested("> ")
    + "\n"
    + _nested("[", "]()")
    + "\n"
    + _nested("- ")
    + "\n"
    + _nested("*a"),
    "python": f"a = {_nested('[', ']')}\nb = {_nested('-')}1\nc = a{_nested('.b()')}\n",
    "script": f"const a = {_nested('{a:', '}', '1')};\n{_nested('f(() => {', '})')};\n",
    "shell": _nested("if a; then ") + "\n" + _nested("$(", ")") + "\n" + _nested("{ ", "}"),
    "sql": f"select {_nested('(', ')', '1')};\ncreate policy {_nested('case when ', ' end')};\n",
    "toml": "a." * 20_000 + f"a = 1\nb = {_nested('[', ']')}\nc = {_nested('{a=', '}', '1')}\n",
    "tsx": f"export default () => {_nested('<a>', '</a>')};\n",
    "yaml": "\n".join(" " * n + "a:" for n in range(DEPTH)) + "\n" + _nested("[", "]"),
}
"""Depth by syntax."""


_GIANTS = {
    "json": f'{{"{_GIANT[:9000]}": "x", "name": "{_GIANT}", "n": {"9" * 9000}}}',
    "yaml": f"---\nname: {_GIANT}\nn: {'9' * 9000}\n? {_GIANT[:9000]}\n: 1\n",
    "toml": f'[big]\na = """{_GIANT}"""\nn = {"9" * 4000}\n',
    "sql": f"select '{_GIANT}';\n",
    **dict.fromkeys(("python", "script", "tsx", "hcl"), f'a = "{_GIANT}"\n'),
}
"""Values, keys and lines beyond measure, by syntax."""


def _giant(kind: Kind) -> str:
    """Return a sound file that ends in a giant."""
    sound = "" if kind.syntax == "json" else kind.sound
    return sound + _GIANTS.get(kind.syntax, f"{_GIANT}={_GIANT[:9000]}\n{_GIANT}\n")


def _every(
    change: Callable[[Kind], str | bytes], *, heavy: bool = False, cold: bool = False
) -> Trap:
    """Return the trap in which every kind of file is changed."""

    def write(room: Room) -> None:
        room.commit({path: change(kind) for path, kind in KINDS.items()})

    return Trap(make=write, heavy=heavy, cold=cold)


def _encoded(change: Callable[[bytes], bytes]) -> Trap:
    return _every(lambda kind: change(kind.sound.encode()))


_REFERENCES = "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60)) * 20
_FLOODS = {
    "yaml": bomb().decode() + f"\n<<: [{', '.join(['*a19'] * 9)}]\n",
    "json": '{"a": [' + "{}," * 20_000 + "{}]}",
    "toml": "".join(f"[a.b{n}]\n" for n in range(3000)),
    "make": "".join(f"A{n} = $(A{n - 1}) $(A{n - 1})\n" for n in range(1, 60)) + "all:\n\t$(A59)\n",
    "markdown": "[a][b]\n" * 1000
    + "".join(f"[b{n}]: x\n" for n in range(1000))
    + "`" * 1000
    + "*_" * 1000,
    "sql": f"create table a ({', '.join(f'c{n} int' for n in range(3000))});\n"
    + "select 1;" * 9000,
    **dict.fromkeys(("shell", "docker", "lines", "ini"), _REFERENCES),
    **dict.fromkeys(
        ("python", "script", "tsx", "hcl"), "".join(f"a{n} = a{n - 1}\n" for n in range(1, 3000))
    ),
}
"""What grows while it is read, by syntax: aliases, tables, references to references."""


def _flood(kind: Kind) -> str:
    """Return a sound file with a flood behind it."""
    sound = "" if kind.syntax in {"json", "yaml"} else kind.sound
    return sound + _FLOODS[kind.syntax]


_PATTERNS = (".gitattributes", ".gitignore", ".dockerignore", ".github/CODEOWNERS")
_ODD_NUMBERS = re.compile(r"\d+")
_VALUES = re.compile(r"(?m)([:=] ?)[^\s{}\[\],]+")

CONTENTS: dict[str, Trap] = {
    "every kind of file": _every(lambda kind: kind.sound, cold=True),
    "names": Trap(make=lambda room: spell(room.repo), example="bad-repo"),
    "NUL in every kind": _encoded(lambda good: good[:20] + b"\0" + good[20:] + b"\0"),
    "bad UTF-8 in every kind": _encoded(
        lambda good: good.replace(b"a", b"\xe9\xff").replace(b"o", b"\xc0\xaf\xed\xa0\x80")
    ),
    "UTF-16 in every kind": _encoded(lambda good: b"\xff\xfe" + good.decode().encode("utf-16-le")),
    "half a UTF-16 in every kind": _encoded(
        lambda good: b"\xfe\xff" + good.decode().encode("utf-16-be")[:-3] + b"\xd8\0\xd8"
    ),
    "escapes in every kind": _encoded(
        lambda good: good.replace(b"a", b"a\x1b[31m\x07\xe2\x80\xae\xc2\x9b\x0c\x7f")
    ),
    "commands in every kind": _every(
        lambda kind: _VALUES.sub(r"\1::error::%0A<script>[x](javascript:1)", kind.sound)
    ),
    "long numbers in every kind": _every(lambda kind: _ODD_NUMBERS.sub("9" * 5000, kind.sound)),
    "giants in every kind": _every(_giant, heavy=True),
    "depth in every kind": _every(lambda kind: _DEEP[kind.syntax], heavy=True),
    "floods in every kind": _every(_flood, heavy=True),
    "half of every kind": _every(lambda kind: kind.sound[: len(kind.sound) * 2 // 3]),
    "patterns without end": Trap(
        make=lambda room: room.commit(
            dict.fromkeys(
                _PATTERNS, _nested("**/", "", "*a*b*c*d*e ") + " text\n" + _nested("a*") + "b x\n"
            )
        )
    ),
    "a giant message": Trap(make=lambda room: room.repo.commit(f"feat: {_GIANT}\n\n{_GIANT}")),
}
"""Traps in what files hold, by what they are."""
