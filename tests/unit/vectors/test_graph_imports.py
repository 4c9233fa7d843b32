"""The engine has usearch and ONNX Runtime in one process; loaded in the wrong order, they end it."""

import subprocess
import sys


def test_the_model_can_be_loaded_after_the_vectors() -> None:
    program = "import core.vectors.store, usearch.index, onnxruntime; print(onnxruntime.get_available_providers()[-1])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "CPUExecutionProvider"), done.stderr
