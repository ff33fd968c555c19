"""An nbgrader course whose "autograde" runs autograder's sandbox and judge."""

from pathlib import Path

from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata

from autograder.nbgrader_bridge import AutograderCsv, AutograderExecute, AutograderSave

HERE = Path(__file__).resolve().parent

c = get_config()  # noqa: F821  # nbgrader supplies it

c.CourseDirectory.course_id = {{ course_id | literal }}
c.CourseDirectory.root = str(HERE)
c.CourseDirectory.db_url = f"sqlite:///{HERE / 'gradebook.db'}"

# Release: the sentence that stands where an answer is to be written.
c.ClearSolutions.text_stub = {{ text_stub | literal }}

# Grading: our sandbox and judge in place of nbgrader's Execute and SaveAutoGrades.
c.Autograde.autograde_preprocessors = [AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata]
c.AutograderExecute.bank_dir = {{ bank_dir | literal }}  # written by `autograder bank`
c.AutograderExecute.ledger_url = f"sqlite:///{HERE / 'ledger.sqlite'}"

# `nbgrader export`: nbgrader's columns, properly quoted, with spreadsheet formulas disarmed.
c.ExportApp.plugin_class = AutograderCsv
