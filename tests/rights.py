"""Runs programs so that the rights of files hold for them, also where the tests run as root, whom none stops."""

import os
import shutil

import pytest


def under_rights() -> list[str]:
    """Return what to put before a command. Skips the test where root cannot give up reading and writing anything."""
    if not hasattr(os, "geteuid"):
        pytest.skip("rights are other ones there")
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("runs as root, without setpriv to give up its powers")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
