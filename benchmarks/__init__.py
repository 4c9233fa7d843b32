"""Measurements, one command each (`make bench-...`); figures are ratios within one run. Not part of the program."""
