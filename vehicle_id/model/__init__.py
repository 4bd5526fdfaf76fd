"""From chips to answers: the ONNX file and its card, the session, the decision."""
