"""The library as a whole: sidebar, status line, messages, and the pages that stand for the photos."""
