"""The version of the engine: a part of what identifies a grading."""

__version__ = "0.1.0"
