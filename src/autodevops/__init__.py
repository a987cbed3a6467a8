"""Holds a repository against a written structure guide, rule by rule."""

__version__ = "0.1.0"
