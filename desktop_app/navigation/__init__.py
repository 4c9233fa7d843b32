"""Where one is in the window: pages, the way back and forward, keys, and what is there again after a restart."""
