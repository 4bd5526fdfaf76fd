"""Labelled crops before they train a model: faults, splits by group, and a cleaned manifest.

Needs no torch. Never changes a picture, and writes no file but the ones that it is asked for.
"""
