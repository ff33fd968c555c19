"""One submission for the student: a web page, Markdown, or a fragment for a notebook.

Everything is in the notebook's language.  The page is one file without scripts or outside resources.
"""

from autograder.report.feedback.exercise import render_exercise_html, render_exercise_text
from autograder.report.feedback.markdown import render_markdown
from autograder.report.feedback.page import render_html
from autograder.report.feedback.templates import environment, in_lesson_order, title_of

__all__ = [
    "environment",
    "in_lesson_order",
    "render_exercise_html",
    "render_exercise_text",
    "render_html",
    "render_markdown",
    "title_of",
]
