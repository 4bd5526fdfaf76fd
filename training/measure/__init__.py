"""Measurements of a finished model, and the data sets that they use (YAML)."""
