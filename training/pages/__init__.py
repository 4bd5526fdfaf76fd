"""The figures and sample outputs of the docs that depend on the default model: measured, and written into the pages."""
