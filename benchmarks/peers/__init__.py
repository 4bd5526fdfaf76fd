"""Runners of what people classify folders of crops with; each is run by the python of its own environment."""
