"""Bulk downloads of learning platforms, taken apart safely and filed as nbgrader's submitted/ tree."""
