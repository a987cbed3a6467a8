"""SQL migrations: cut into statements, parsed, and followed as they build a schema up."""
