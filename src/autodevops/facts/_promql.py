"""Names of metrics in a PromQL expression, as far as no variable stands in them."""

import re

from autodevops.facts._words import words
from autodevops.model.patterns import regex

_TEXT = regex(r"\"(?:[^\"\\]|\\.){0,2000}\"|'(?:[^'\\]|\\.){0,2000}'|`[^`]{0,2000}`")
_NAME_LABEL = regex(r"__name__\s{0,3}=\s{0,3}\"([a-zA-Z_:][\w:]{0,200})\"")
_COMMENT = regex(r"#[^\n]*")
_LABELS = regex(r"\{[^{}]{0,5000}\}")
_RANGE = regex(r"\[[^\[\]]{0,200}\]")
_GROUPING = regex(
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s{0,5}\([^()]{0,2000}\)", re.IGNORECASE
)
# Before labels: the braces of a variable are none of theirs.
_VARIABLE = regex(
    r"[\w:]{0,200}(?:\$\{[^{}]{1,200}\}|\$\w{1,100}|\[\[\w{1,100}\]\])"
    r"(?:[\w:]|\$\{[^{}]{1,200}\}|\$){0,200}"
)
_NAME = regex(r"(?<![\w.:])([a-zA-Z_:][\w:]{0,200})(?![\w:])(\s{0,5}\()?")
_KEYWORDS = words(
    "and or unless by without on ignoring group_left group_right bool offset inf nan start end"
    " atan2 sum min max avg count stddev stdvar topk bottomk quantile count_values group limitk"
    " limit_ratio e"
)


def metric_names(expression: str) -> tuple[str, ...]:
    """Return the metrics that an expression reads, each once, in its order."""
    expression = expression[:20_000]
    names = [found[1] for found in _NAME_LABEL.finditer(expression)]
    text = _TEXT.sub('""', expression)
    for pattern in (_VARIABLE, _COMMENT, _LABELS, _RANGE, _GROUPING):
        text = pattern.sub(" ", text)
    names += [
        found[1]
        for found in _NAME.finditer(text)
        if not found[2] and found[1].lower() not in _KEYWORDS
    ]
    return tuple(dict.fromkeys(names))
