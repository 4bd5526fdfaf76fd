"""Makes the archive that installs vehicle-id on a machine without a network. Not a part of the package.

`make.py` collects wheels, models, docs and examples; `install.py` and the files of `static/` travel in the archive.
"""
