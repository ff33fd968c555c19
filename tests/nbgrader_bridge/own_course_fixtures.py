"""The assignments of the fixture course, one for each group of things that nbgrader's documentation shows."""

from __future__ import annotations

from typing import Any

from courses import label, own_cell
from own_courses import Assignment, HandedIn, answer_cell, graded_cell, plain

RIGHT = "def double(x):\n    return 2 * x"
WRONG = "def double(x):\n    return x + 2"


def drop_first_answer(data: dict[str, Any]) -> None:
    data["cells"] = [cell for cell in data["cells"] if label(cell).get("grade_id") != "double"]


def tag_as_skipped(data: dict[str, Any]) -> None:
    data["cells"].insert(0, {"cell_type": "code", "id": "skip", "metadata": {"tags": ["skip-execution"]},
                             "source": "raise SystemError", "outputs": [], "execution_count": None})  # fmt: skip


def copy_the_test(data: dict[str, Any]) -> None:
    place = next(place for place, cell in enumerate(data["cells"]) if label(cell).get("grade_id") == "shown")
    data["cells"].insert(0, {**data["cells"][place], "id": "copied"})


TWO = Assignment(
    notebooks={
        "first": [answer_cell("double", RIGHT), graded_cell("small", "assert double(1) == 2", points=2)],
        "second": [
            plain("start = 10"),
            answer_cell("double", RIGHT),
            graded_cell("small", "assert double(start) == 20", points=3),
            own_cell("markdown", "why", "YOUR ANSWER HERE", 4, grade=True, solution=True),
        ],
    },
    students={
        "ada": HandedIn({"double": RIGHT, "why": "Because."}),
        "bob": HandedIn({"first/double": RIGHT, "second/double": WRONG}),
        "cem": HandedIn({"double": RIGHT}, without=["second"]),
    },
)

DATA = Assignment(
    notebooks={
        "data": [
            plain("import helper"),
            answer_cell("total", "total = sum(float(line) for line in open('tables/numbers.csv'))"),
            graded_cell("sum", "assert total == helper.EXPECTED", points=2),
            graded_cell("theirs", "assert open('theirs.txt').read() == 'mine'"),
            graded_cell("further", "assert open('further.txt').read() == 'a file of my own'"),
            graded_cell("written", "open('out.txt', 'w').write('x')\nassert open('out.txt').read() == 'x'"),
        ]
    },
    files={"tables/numbers.csv": "1\n2\n3.5\n", "helper.py": "EXPECTED = 6.5\n", "theirs.txt": "the course's"},
    students={
        "ada": HandedIn(
            {"total": "total = sum(map(float, open('tables/numbers.csv').read().split()))"},
            files={"theirs.txt": "mine", "further.txt": "a file of my own"},
        ),
        "bob": HandedIn(  # its own copies of what is the course's do not count
            {"total": "total = sum(map(float, open('tables/numbers.csv').read().split()))"},
            files={"tables/numbers.csv": "1\n", "helper.py": "EXPECTED = 1.0\n"},
        ),
    },
)

MAGICS = Assignment(
    notebooks={
        "magics": [
            plain("%matplotlib inline\nimport math"),
            plain("%%writefile made.py\nVALUE = 7"),
            plain("%%capture caught\nprint('hidden from the page')"),
            answer_cell("double", RIGHT),
            graded_cell("timed", "%%time\nassert double(3) == 6"),
            graded_cell("module", "from made import VALUE\nassert VALUE == 7"),
            graded_cell("shell", "files = !echo one two\nassert files == ['one two']"),
            graded_cell("caught", "assert caught.stdout == 'hidden from the page\\n'"),
            graded_cell("quiet", "double(2);"),
            graded_cell("awaited", "import asyncio\nawait asyncio.sleep(0)\nassert double(1) == 2"),
            graded_cell("in_bash", "%%bash\ntest 1 = 1"),
            graded_cell("unknown", "%%nosuchmagic\n1"),
        ]
    },
    students={
        "ada": HandedIn({"double": "%%time\n" + RIGHT}),
        "bob": HandedIn({"double": "%%bash\necho hello"}),
    },
)

SHOWN = Assignment(
    notebooks={
        "shown": [
            plain("from IPython.display import HTML, display\nimport matplotlib.pyplot as plt"),
            answer_cell("table", "display(HTML('<b>bold</b>'))\nprint('printed')"),
            answer_cell("figure", "plt.plot([1, 2])\nplt.show()"),
            answer_cell("value", "{'a': 1}"),
            graded_cell("displayed", "display('nothing but a picture')", points=2),
            graded_cell("printed", "print('nothing but text')", points=2),
            graded_cell("fails", "print('before it fails')\nassert False, 'no luck'", points=2),
        ]
    },
    students={
        "ada": HandedIn(
            {
                "table": "display(HTML('<b>bold</b>'))\nprint('printed anew')",
                "figure": "plt.plot([1, 2])\nplt.show()",
                "value": "{'a': 41 + 1}",
            },
            edits={
                "shown": lambda data: [
                    cell.update(outputs=[{"output_type": "stream", "name": "stdout", "text": "an old output"}])
                    for cell in data["cells"]
                    if cell["cell_type"] == "code"
                ]
            },
        ),
        "bob": HandedIn({"table": "print('partly')\n1 / 0", "figure": "pass", "value": "None"}),
    },
)

MARKS = Assignment(
    notebooks={
        "marks": [
            own_cell("markdown", "read_me", "# Read me", locked=True),
            answer_cell("double", RIGHT),
            graded_cell("partly", "(double(1) == 2) * 1.5 + (double(2) == 4) * 0.5", points=2),
            graded_cell("whole", "int(double(5) == 10) * 3", points=3),
            graded_cell("bonus_test", "assert double(0) == 0", points=0),
            graded_cell("words", "'well done'", points=2),
            graded_cell("in_ten", "0.1 + 0.2", points=1),
            own_cell("code", "by_hand", "# YOUR CODE HERE", 4, grade=True, solution=True),
            own_cell("markdown", "essay", "YOUR ANSWER HERE", 5, grade=True, solution=True),
            own_cell("markdown", "bonus", "YOUR ANSWER HERE", 0, grade=True, solution=True),
            own_cell("markdown", "poster", "Make a poster.", 6, task=True, locked=True),
        ]
    },
    students={
        "ada": HandedIn(
            {"double": RIGHT, "by_hand": "x = 1", "essay": "My essay.", "bonus": "More."},
            timestamp="2027-03-02 10:00:00 UTC",
        ),
        "bob": HandedIn({"double": WRONG}),
        "cem": HandedIn({"double": "def double(x):\n    return 'abc'"}),
    },
)

HIDDEN = Assignment(
    notebooks={
        "hidden": [
            answer_cell("double", RIGHT),
            own_cell("code", "helper", "def same(a, b):\n    return a == b", locked=True),
            graded_cell("shown", "assert same(double(1), 2)", "assert same(double(-1), -2)", points=2),
            plain("raise KeyError('as announced')", tags=["raises-exception"]),
            graded_cell("raises", "try:\n    double()\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError"),
            graded_cell("warned", "import sys\nprint('harmless', file=sys.stderr)\nassert double(1) == 2"),
            graded_cell("loud", "import sys\nprint('careful', file=sys.stderr)\nassert double(1) == 2"),
            answer_cell("slow", "def slow():\n    return 1"),
            graded_cell("in_time", "assert slow() == 1", points=2),
            graded_cell(
                "last", "import os\nassert os.environ['NBGRADER_EXECUTION'] == 'autograde'\nassert double(2) == 4"
            ),
        ]
    },
    students={
        "ada": HandedIn({"double": RIGHT, "slow": "def slow():\n    return 1"}, edits={"hidden": tag_as_skipped}),
        "bob": HandedIn(
            {"double": "def double(x):\n    return abs(2 * x)", "slow": "def slow():\n    while True:\n        pass"}
        ),
        "cem": HandedIn({"double": "def double(x)\n    return", "slow": "import time\ntime.sleep(60)"}),
        "dot": HandedIn({"double": RIGHT, "shown": "pass", "slow": "1 / 0"}),
        "eve": HandedIn({"slow": "def slow():\n    return 1"}, edits={"hidden": drop_first_answer}),
    },
)

QUICKSTART = Assignment(  # whose notebooks are nbgrader's own
    notebooks={},
    students={
        "ada": HandedIn(
            {
                "squares": "def squares(n):\n    return [i**2 for i in range(1, n + 1)]",
                "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
                "sum_of_squares_equation": "$\\sum_i i^2$",
                "part-a": "It adds.",
            }
        ),
        "bob": HandedIn(
            {
                "squares": "def squares(n):\n    if n < 1:\n        raise ValueError\n    return list(range(1, n + 1))",
                "sum_of_squares": "def sum_of_squares(n):\n    return 385 if n == 10 else n",
            }
        ),
    },
)
ASSIGNMENTS = {
    "ps1": QUICKSTART, "two": TWO, "data": DATA, "magics": MAGICS, "shown": SHOWN, "marks": MARKS, "hidden": HIDDEN
}  # fmt: skip
