"""Runners of other tools that classify folders of crops; each is run by the Python of its own environment."""
