"""How many examples a property tries."""

from hypothesis import settings


def few(examples: int) -> settings:
    """Return settings for so many examples instead of a hundred; a search tries more of them, too.

    For properties that take long, or that need more to find anything.
    """
    return settings(max_examples=examples * settings().max_examples // 100)
