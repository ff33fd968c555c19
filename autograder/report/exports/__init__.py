"""Scores that hold now in the formats of learning platforms, a module each.  A score that is open is never a zero."""
