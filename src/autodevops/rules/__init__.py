"""The rules, in one or a few files for each section of the guide."""
