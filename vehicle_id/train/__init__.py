"""Labelled crops -> a verified ONNX file. Needs the extra `train`; no module of the light side imports it."""
