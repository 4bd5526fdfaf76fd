"""Solids and loads that more than one family is drawn with."""
