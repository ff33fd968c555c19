"""Benchmarks: measurements side by side in one run, read as ratios."""
