"""Where a position is, in words, and where a named place is: offline, from the GeoNames extract in a package.

Knows no photo and no catalog.
"""
