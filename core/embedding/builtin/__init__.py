"""The built-in model: pictures by ONNX Runtime, texts by numpy alone. No torch, so that a first query is quick."""
