"""Takes lines out of lists that people write by hand, with the comment that was only theirs."""


def without_line(text: str, line: int) -> str:
    r"""Return a text of `#` comments and entries without a 1-based line.

    A comment right above goes along when it spoke of this line alone: nothing but blank lines, the
    text's ends or another comment stand around the two.
    """
    rows = text.split("\n")
    first = last = line - 1
    top = first
    while top and _is_comment(rows[top - 1]):
        top -= 1
    above = not top or not rows[top - 1].strip()
    below = last + 1 >= len(rows) or not rows[last + 1].strip() or _is_comment(rows[last + 1])
    # The comment at the very top speaks of the file.
    if top < first and above and below and top:
        first = top
        if not rows[first - 1].strip() and (last + 1 >= len(rows) or not rows[last + 1].strip()):
            first -= 1
    elif _is_blank(rows, first - 1) and _is_blank(rows, last + 1) and last + 2 < len(rows):
        last += 1
    return "\n".join(rows[:first] + rows[last + 1 :])


def _is_comment(row: str) -> bool:
    return row.lstrip().startswith("#")


def _is_blank(rows: list[str], at: int) -> bool:
    return 0 <= at < len(rows) and not rows[at].strip()
