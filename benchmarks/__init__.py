"""Measurements, one command each (`make bench-...`); figures are ratios within one run. Not part of the program."""

import os

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # as core.embedding.runtime.load does, before any of them imports torch
