"""The verdict on one exercise, for the output of its test cell in a notebook."""

from __future__ import annotations

from autograder.model.markup import to_plain
from autograder.model.texts import in_language, say
from autograder.model.verdict import ExerciseVerdict
from autograder.report.feedback import inline
from autograder.report.feedback.figures import out_of, outcome_name
from autograder.report.feedback.lines import lines_of
from autograder.report.feedback.templates import environment


def render_exercise_html(exercise: ExerciseVerdict, language: str) -> str:
    """The verdict as an HTML fragment: outcome and points, hint, findings with their groups and cases."""
    template = environment().get_template("exercise.html")
    html = template.render(
        exercise=exercise,
        language=language,
        points=_points(exercise, language),
        lines=lines_of(exercise, language),
        say=lambda key: say(f"feedback.{key}", language),
    )
    return inline.encodable(html)


def render_exercise_text(exercise: ExerciseVerdict, language: str) -> str:
    """The same as plain text."""
    first = f"{outcome_name(exercise.outcome, language)}: {_points(exercise, language)}"
    return inline.encodable("\n".join([first, *explained(exercise, language)]))


def explained(exercise: ExerciseVerdict, language: str) -> list[str]:
    """Hint and findings in plain words, a line each; none where there is nothing to say."""
    hint = in_language(exercise.hint or {}, language)
    went_wrong = say("feedback.went_wrong", language) + say("colon", language)
    lines = [went_wrong + to_plain(hint)] if hint else []
    return [*lines, *(f"{line.sign} {to_plain(line.text)}" for line in lines_of(exercise, language))]


def _points(exercise: ExerciseVerdict, language: str) -> str:
    return out_of(None if exercise.outcome.is_open else exercise.points, exercise.max_points, language)
