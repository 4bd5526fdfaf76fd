"""Scripts that make the training and test sets; SOURCES.md lists where each comes from."""
