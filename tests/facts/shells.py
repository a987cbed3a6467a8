"""Commands of a script, as the shell would run them."""

from autodevops.facts._shell import Command, mode_of, parse


def command(script: str, name: str = "pytest", shell: str | None = None) -> Command:
    """Return the first command of that name."""
    commands = parse(script, mode_of(shell)).commands
    return next(command for command in commands if command.name == name)
