"""As `rfc3987_syntax.py`."""

raise ImportError("left out in tests: it takes a quarter of a second to import")
