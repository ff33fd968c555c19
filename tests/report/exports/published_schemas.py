"""What the platforms' documentation says of their formats, as JSON schemas that know no further keys."""

from __future__ import annotations

from typing import Any


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
_OUTPUT_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}

# https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format: "optional, but required if not on each
# test case below" is said of the total, "optional" of everything in a test
GRADESCOPE = _object(
    ["score"],
    score=_NUMBER,
    execution_time=_NUMBER,
    output=_TEXT,
    output_format=_OUTPUT_FORMAT,
    test_output_format=_OUTPUT_FORMAT,
    test_name_format=_OUTPUT_FORMAT,
    visibility=_VISIBILITY,
    stdout_visibility=_VISIBILITY,
    extra_data={"type": "object"},
    tests={
        "type": "array",
        "items": _object(
            [],
            score=_NUMBER,
            max_score=_NUMBER,
            status={"enum": ["passed", "failed"]},
            name=_TEXT,
            name_format=_OUTPUT_FORMAT,
            number=_TEXT,
            output=_TEXT,
            output_format=_OUTPUT_FORMAT,
            tags={"type": "array", "items": _TEXT},
            visibility=_VISIBILITY,
            extra_data={"type": "object"},
        ),
    },
    leaderboard={"type": "array"},
)

# https://prairielearn.readthedocs.io/en/latest/externalGrading/#grading-results: a score from 0 to 1 unless the
# submission is not gradable; pl-external-grader-results renders the tests
PRAIRIELEARN = {
    "anyOf": [
        _object(
            ["score"],
            gradable={"const": True},
            score={"type": "number", "minimum": 0, "maximum": 1},
            message=_TEXT,
            output=_TEXT,
            images={"type": "array"},
            tests={
                "type": "array",
                "items": _object(
                    ["name"],
                    name=_TEXT,
                    description=_TEXT,
                    points=_NUMBER,
                    max_points=_NUMBER,
                    message=_TEXT,
                    output=_TEXT,
                    images={"type": "array"},
                ),
            },
        ),
        _object(
            ["gradable"],
            gradable={"const": False},
            format_errors={"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            message=_TEXT,
            output=_TEXT,
        ),
    ]
}

# https://docs.autolabproject.com/lab/#writing-autograders: the last line of standard output
AUTOLAB = _object(
    ["scores"],
    scores={"type": "object", "additionalProperties": _NUMBER},
    scoreboard={"type": "array", "items": _NUMBER},
)
