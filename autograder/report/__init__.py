"""A whole class for the instructor: a web page, a table for the terminal, JSON and CSV."""

from autograder.report.class_page import render_class_html
from autograder.report.results import to_json
from autograder.report.scores import CSV_COLUMNS, csv_text, to_csv
from autograder.report.statistics import ExerciseStatistics, statistics_of
from autograder.report.table import class_table, one_line

__all__ = [
    "CSV_COLUMNS",
    "ExerciseStatistics",
    "class_table",
    "csv_text",
    "one_line",
    "render_class_html",
    "statistics_of",
    "to_csv",
    "to_json",
]
