"""nbgrader around our judge: scores in its gradebook, notebooks for its formgrader, plugins for its autograde.

`write_scores` carries reports into a course.  The plugins make nbgrader's own "autograde" run our judge:

    c.Autograde.autograde_preprocessors = [AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata]
"""

from autograder.nbgrader_bridge.autograded import graded_notebook
from autograder.nbgrader_bridge.gradebook import GradebookUnusable, write_scores
from autograder.nbgrader_bridge.plugins import AutograderCsv, AutograderExecute, AutograderSave

__all__ = [
    "AutograderCsv",
    "AutograderExecute",
    "AutograderSave",
    "GradebookUnusable",
    "graded_notebook",
    "write_scores",
]
