"""What somebody may wish: names that nothing stumbles on, owners, services, licences."""

import pytest

from autodevops.errors import UsageError
from autodevops.scaffolding.wishes import (
    Licence,
    Wish,
    holder_of,
    licence_of,
    name_of,
    owner_of,
    services_of,
)

ODD = [
    "", " ", "-shop", "1shop", ".shop", "shop.git", "sh op", "shop/", "../shop", "a/b", "a\\b",
    "shop;rm", "x'; rm", 'x"; rm', "$(rm)", "`rm`", "<b>", "{{x}}", "<<x>>", "<%x%>", "shöp",
    "ショップ", "shop\n", "shop\x00", "sh\u202eop", "shop-", "shop..git", "a--b", "a" * 40,
]  # fmt: skip
"""Names that would be code, paths, markup or something else somewhere."""


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="can't be a repository's name"):
        name_of(name)


@pytest.mark.parametrize("name", ["a", "shop", "My-Shop", "shop.web", "shop_2"])
def test_plain_names_pass_as_they_are(name: str) -> None:
    assert name_of(name) == name


@pytest.mark.parametrize(
    ("name", "slug", "module"),
    [("My-Shop", "my-shop", "my_shop"), ("a.b_c", "a-b-c", "a_b_c"), ("json", "json", "json_lib")],
)
def test_names_become_those_of_packages(name: str, slug: str, module: str) -> None:
    made = Wish(name=name, services=(), owner="@a", licence=Licence.MIT, holder="A")
    assert (made.slug, made.module) == (slug, module)


@pytest.mark.parametrize("owner", ["@ada", "@acme/platform", "@a-b/c_d"])
def test_people_and_teams_own(owner: str) -> None:
    assert owner_of(owner) == owner


@pytest.mark.parametrize(
    "owner", ["", "ada", "@", "@a b", "@a/b/c", "@a/", "@a\n@b", "a@b.example"]
)
def test_nobody_else_owns(owner: str) -> None:
    with pytest.raises(UsageError, match="is no owner"):
        owner_of(owner)


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("none", ()),
        ("workers, frontend", ("frontend", "workers")),
        ("app", ("api",)),
        ("API,api", ("api",)),
    ],
)
def test_services_are_named_in_any_order(text: str, services: tuple[str, ...]) -> None:
    assert services_of(text) == services


@pytest.mark.parametrize(
    ("text", "advice"),
    [("frontent", "did you mean frontend"), ("none,api", "none alone"), ("", "")],
)
def test_other_services_have_no_template(text: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        services_of(text)
    assert advice in str(caught.value.advice)


def test_licences_are_named_in_any_case() -> None:
    assert [licence_of(text) for text in ("mit", "apache-2.0", "Proprietary")] == [
        Licence.MIT,
        Licence.APACHE,
        Licence.PROPRIETARY,
    ]
    with pytest.raises(UsageError, match="no template for the licence 'GPL'"):
        licence_of("GPL")


def test_a_holder_is_one_line() -> None:
    assert holder_of(" Ørsted & Søn ") == "Ørsted & Søn"
    for text in ("", "a\nb", "x" * 101):
        with pytest.raises(UsageError, match="no line of text"):
            holder_of(text)
