"""Labelled crops -> a verified ONNX file. Needs the extra `train`; the light side never imports this room."""
