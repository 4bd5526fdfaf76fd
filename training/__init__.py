"""Data sets, measurements, studies and releases of the published models; run as `python -m training.…`."""
