"""What a fuzz target is."""

from collections.abc import Callable
from typing import TypeAlias

Target: TypeAlias = Callable[[bytes], object]
"""Takes any bytes; ends, and raises nothing but `AssertionError` for what must not be."""
