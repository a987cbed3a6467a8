"""Words and fillings of which texts are written that are then read back."""

from hypothesis import strategies as st

PLAIN = st.text("abcxyz", min_size=1, max_size=8)
FILLING = st.sampled_from(["", "\n", "# a comment\n", "\n\n"])
"""What may stand between two lines that count."""
