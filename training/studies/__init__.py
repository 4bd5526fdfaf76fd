"""Comparisons of training choices: each YAML file is one study, `compare.py` runs it."""
