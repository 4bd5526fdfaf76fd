"""From a training run to ONNX files that were run and compared with the network (extra `train`)."""
