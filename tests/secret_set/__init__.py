"""A labelled set of files: secrets of many kinds, and innocents that look like them.

Every value is made while a test runs, so that no real-looking secret stands in our own tree.
"""

from tests.secret_set.innocents import innocents
from tests.secret_set.planted import Planted, planted

__all__ = ["Planted", "innocents", "planted"]
