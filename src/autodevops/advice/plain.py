"""Text of a repository as a model may read it: nothing invisible, nothing endless."""

_KEPT = frozenset("\n\t")


def plain(text: str, most: int) -> str:
    r"""Return at most so many characters of a text, what can't be seen in it written as `\x1b`.

    Characters that hide, turn text around or drive a terminal mean nothing to a model but orders
    that people don't see.
    """
    cut = text if len(text) <= most else f"{text[:most]}\n[cut short]"
    if cut.isascii() and cut.replace("\n", "").replace("\t", "").isprintable():
        return cut
    return "".join(
        char if char in _KEPT or char.isprintable() else char.encode("unicode_escape").decode()
        for char in cut.replace("\r\n", "\n")
    )
