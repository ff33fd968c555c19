"""What is handed out after the deadline, and what a teacher reads before the lesson."""

from autograder.handout.handout import handout_files, own_handout_files

__all__ = ["handout_files", "own_handout_files"]
