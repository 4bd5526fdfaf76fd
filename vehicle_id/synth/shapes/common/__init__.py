"""Solids and loads that several families use."""
