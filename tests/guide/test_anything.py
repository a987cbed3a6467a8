"""Whatever a file says, it is understood or it is a mistake with a place; nothing else."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from autodevops.errors import ConfigurationError
from autodevops.guide.load import GuideInForce, built_in_guide
from autodevops.guide.settings import GuideFile
from autodevops.guide.shape import EXTEND, REMOVE, fields, is_struct, member, names
from autodevops.guide.show import rows, written
from tests.guide.chains import in_force

SCALARS = st.one_of(
    st.integers(-5, 10**30),
    st.floats(),
    st.booleans(),
    st.sampled_from(["", "api", "BR004", "high", "a/b", "../x", "main", "2026-02-20", "\\u0000"]),
)
VALUES = st.recursive(
    SCALARS.map(written),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(["name", "api", "x"]), inner, max_size=2).map(
            lambda table: "{" + ", ".join(f"{key} = {one}" for key, one in table.items()) + "}"
        ),
    ),
    max_leaves=5,
)


def some_key(kind: object, draw: Any, depth: int = 0) -> list[str]:
    """Return the parts of a key that the shape of a guide knows, or nearly."""
    known = names(kind)
    free = ["api", "feature", "api-latency", "new"]
    key = draw(st.sampled_from(list(known or free)))
    inner = member(kind, key)
    operator = draw(st.sampled_from(["", "", "", EXTEND, REMOVE]))
    goes_on = inner is not None and names(inner) != () and depth < 3 and draw(st.booleans())
    return [f"{operator}{key}", *(some_key(inner, draw, depth + 1) if goes_on else [])]


@st.composite
def files(draw: Any) -> str:
    lines = [
        f"{'.'.join(some_key(GuideFile, draw))} = {draw(VALUES)}"
        for _ in range(draw(st.integers(1, 4)))
    ]
    return "\n".join(lines)


def understood(text: str) -> GuideInForce | ConfigurationError:
    """Return the guide in force, or the mistake that keeps it from being read."""
    try:
        return in_force(text)
    except ConfigurationError as error:
        return error


@given(files())
@example("services = [{name = 'x', folder = 'app'}]")
@example("services.known.api.folder = 'x'\nservices.declared = ['app']")
@example("services.remove-known = ['api']")
@example("branches.extend-types = ['x']")
@example("secrets.rotation-days.manual = 3")
@example("slos.extend-objectives = {search = {service = 'api'}}")
@example("remove-select = ['BR']")
@example("extend-severity = {BR = 'low'}")
def test_any_file_is_understood_or_a_mistake(text: str) -> None:
    chain = understood(text)
    if isinstance(chain, ConfigurationError):
        assert chain.path == "autodevops.toml"
        assert chain.line is not None
        assert chain.advice
    else:
        assert chain.guide.name
        assert list(rows(chain))


def test_every_section_can_be_named_in_a_file() -> None:
    sections = {key for key, info in fields(GuideFile).items() if is_struct(info.type)} - {"lock"}
    assert len(sections) == len(built_in_guide().sections())
