"""A small repository with and without owners."""

NO_OWNERS = {"README.md": "# shop\n\nSells things.\n"}
OWNED = {**NO_OWNERS, ".github/CODEOWNERS": "* @ada\n"}
