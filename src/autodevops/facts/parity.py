"""Whether staging and production are made of the same things."""

from collections.abc import Container, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.terraform import Terraform, TerraformModule
from autodevops.guide.model import InfrastructurePolicy
from autodevops.model.paths import basename

_SHORT = {"staging": ("staging", "stage", "stg"), "production": ("production", "prod", "prd")}
_PARENTS = frozenset({"environments", "environment", "envs", "env", "live"})


class Difference(NamedTuple):
    """One thing that one environment has and the other lacks."""

    what: str
    """`file`, `variable`, `module`, `setting` or `provider`."""
    name: str
    """Its name."""
    only_in: str
    """The environment that has it."""


class EnvironmentPair(Struct, frozen=True, kw_only=True):
    """Two environments side by side."""

    folder: str
    """The folder that holds both."""
    names: tuple[str, str]
    """What the two are called: folders or files."""
    places: tuple[str, ...]
    """A path of each that is there."""
    missing: str | None
    """The one that is not there at all."""
    differences: tuple[Difference, ...]
    """What only one of them has."""
    repeated: tuple[str, ...]
    """Resources that both write out instead of calling a module."""
    repeated_places: tuple[tuple[str, int], ...]
    """Where: file and line of each, in both."""


class EnvironmentPairs(Struct, frozen=True):
    """Environments side by side, wherever Terraform has folders or files for them."""

    pairs: tuple[EnvironmentPair, ...]
    """By folder."""


@fact
def environment_pairs(terraform: Terraform, policy: InfrastructurePolicy) -> EnvironmentPairs:
    """Compare the folders and the variable files of the guide's environments."""
    found: list[EnvironmentPair] = []
    by_parent: dict[str, dict[str, TerraformModule]] = {}
    for module in terraform.modules:
        parent, _, name = module.folder.rpartition("/")
        by_parent.setdefault(parent, {})[name] = module
        found.extend(_files(module, policy))
    first, second = (*policy.environments, "", "")[:2]
    for parent, modules in by_parent.items():
        one, other = _pick(modules, first), _pick(modules, second)
        if one and other:
            found.append(_pair(parent, modules[one], modules[other]))
        elif basename(parent) in _PARENTS:
            # Beside other folders, a team's environments may have other names than the guide's.
            for there, missing in ((one, second), (other, first)):
                if there and missing and modules.keys() == {there}:
                    found.append(_single(parent, modules[there], missing))
    return EnvironmentPairs(tuple(found))


def _pick(names: Container[str], wanted: str) -> str | None:
    """Return the name that an environment has here; None without it."""
    return next((name for name in _SHORT.get(wanted, (wanted,)) if name in names), None)


def _single(parent: str, module: TerraformModule, missing: str) -> EnvironmentPair:
    return EnvironmentPair(
        folder=parent,
        names=(basename(module.folder), missing),
        places=tuple(file.path for file in module.files[:1]),
        missing=missing,
        differences=(),
        repeated=(),
        repeated_places=(),
    )


def _pair(parent: str, one: TerraformModule, other: TerraformModule) -> EnvironmentPair:
    names = basename(one.folder), basename(other.folder)
    shared = sorted(one.resources.keys() & other.resources.keys())
    places = (module.resources[name] for module in (one, other) for name in shared)
    return EnvironmentPair(
        folder=parent,
        names=names,
        places=tuple(module.files[0].path for module in (one, other) if module.files),
        missing=None,
        differences=tuple(
            _differences(_contents(one, names[0]), _contents(other, names[1]), names)
        ),
        repeated=tuple(shared),
        repeated_places=tuple(places),
    )


def _contents(module: TerraformModule, name: str) -> set[tuple[str, str]]:
    """Return what a module is made of, names of the environment itself left out."""
    files = (*module.files, *module.variables_files)
    settings = (one.name for file in module.variables_files for one in file.content.attributes)
    return {
        *(("file", basename(file.path).replace(name, "*")) for file in files),
        *(("variable", variable) for variable in module.variables),
        *(("module", call.name.replace(name, "*")) for call in module.calls),
        *(("provider", provider) for provider in module.required_providers),
        *(("setting", one) for one in settings if "." not in one),
        *(("resource", one.replace(name, "*")) for one in module.resources),
    }


def _differences(
    one: set[tuple[str, str]], other: set[tuple[str, str]], names: tuple[str, str]
) -> Iterator[Difference]:
    for only, name in ((one - other, names[0]), (other - one, names[1])):
        for what, thing in sorted(only):
            yield Difference(what, thing, name)


def _files(module: TerraformModule, policy: InfrastructurePolicy) -> Iterator[EnvironmentPair]:
    """Yield the pair of `staging.tfvars` and `production.tfvars` of one folder."""
    stems = {basename(file.path).partition(".")[0]: file for file in module.variables_files}
    paths = {stem: file.path for stem, file in stems.items()}
    picked = [_pick(paths, wanted) for wanted in policy.environments[:2]]
    first, second = (*picked, None, None)[:2]
    if first is None or second is None:
        return
    one, other = (
        {("setting", one.name) for one in stems[name].content.attributes if "." not in one.name}
        for name in (first, second)
    )
    names = basename(paths[first]), basename(paths[second])
    yield EnvironmentPair(
        folder=module.folder,
        names=names,
        places=(paths[first], paths[second]),
        missing=None,
        differences=tuple(_differences(one, other, names)),
        repeated=(),
        repeated_places=(),
    )
