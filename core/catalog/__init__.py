"""The catalog: one SQLite file that is the only truth about a library, and the thumbnail cache beside it."""
