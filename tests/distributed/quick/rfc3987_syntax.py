"""Stands in front of a package that jsonschema, and so every process of Ray, would import, where it is installed.

It takes 2 s of processor time, for addresses that Ray never checks. On a busy machine a node then misses the 15 s in
which Ray expects its agents.
"""

raise ImportError("left out in tests: it takes 2 s to import")
