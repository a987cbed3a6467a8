"""Facts about a repository, made from a snapshot and nothing else."""
