"""What the kit is called where it is installed, and the version of the engine: a part of what identifies a grading."""

DISTRIBUTION = "autograder-ml"
__version__ = "0.1.0"
