"""nbgrader around our judge: scores in its gradebook, notebooks for its formgrader, plugins for its autograde.

`open_course` reads a course and `write_scores` carries reports into it.  The plugins make nbgrader's own "autograde"
run our judge, for the notebooks that are ours:

    c.Autograde.exporter_class = AutograderExporter
    c.Autograde.autograde_preprocessors = [AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata]

and in c.GenerateAssignment.preprocessors AutograderClearSolutions stands for ClearSolutions.
"""

from autograder.build.starters import AutograderClearSolutions
from autograder.nbgrader_bridge.autograded import graded_notebook
from autograder.nbgrader_bridge.course_folder import NbgraderCourse, open_course
from autograder.nbgrader_bridge.csv_export import AutograderCsv
from autograder.nbgrader_bridge.database import GradebookUnusable
from autograder.nbgrader_bridge.gradebook import write_scores
from autograder.nbgrader_bridge.plugins import AutograderExecute, AutograderExporter, AutograderSave

__all__ = [
    "AutograderClearSolutions",
    "AutograderCsv",
    "AutograderExecute",
    "AutograderExporter",
    "AutograderSave",
    "GradebookUnusable",
    "NbgraderCourse",
    "graded_notebook",
    "open_course",
    "write_scores",
]
