"""The version of the package. Imports nothing, so that every module can read it."""

__version__ = "0.2.0"
