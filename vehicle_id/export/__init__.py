"""Training run -> ONNX files that were run and compared with the network (extra `train`)."""
