"""What GitHub says about a repository, read over REST and GraphQL."""
