"""The register of regulations: editions, articles, and what a newer edition changed."""
