"""Repositories on GitHub: their names, their clones and what GitHub says about them."""
