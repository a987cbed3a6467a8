"""Lines of positions in a text, counted from one position to the next."""


class LineCounter:
    """Tells on which line a position stands; positions asked in their order cost one reading.

    Counting from the top for each of many matches takes time that grows with their square.
    """

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self._text = text
        self._position = 0
        self._line = 1

    def line_at(self, position: int) -> int:
        """Return the 1-based line of a position."""
        if position >= self._position:
            self._line += self._text.count("\n", self._position, position)
        else:
            self._line -= self._text.count("\n", position, self._position)
        self._position = position
        return self._line
