"""A model that is here is loaded and used without a single network call, and without transformers."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import socket, sys
from pathlib import Path

def refuse(*args, **kwargs):
    raise AssertionError("a network call")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.create_connection = socket.getaddrinfo = refuse
sys.modules["transformers"] = None  # cannot be imported, even where something else installed it

from core import embedding
from core.embedding.runtime.calibration import sample_pictures

encoder = embedding.load("tiny", Path(sys.argv[1]))
encoder.encode_query("a dog")
encoder.encode_images(sample_pictures(2, encoder.model_input.size))
print(encoder.precision.dtype)
"""


def test_loading_and_encoding_make_no_network_call(models_with_tiny: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAM, str(models_with_tiny)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
