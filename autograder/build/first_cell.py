"""The first code cell of a notebook: it looks whether `check` and its cases are there, and says what brings them.

A notebook is opened in JupyterLab, VS Code, Colab or Kaggle, often where nothing is installed, or somebody else's
`autograder`.  The cell runs on Python alone, leaves nothing of use behind, and stops "Run All" with one line to run.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from autograder.judge.beside import SUFFIX
from autograder.model.bank_json import FORMAT
from autograder.model.texts import say
from autograder.model.version import DISTRIBUTION

WHEELS = f"{DISTRIBUTION.replace('-', '_')}-*.whl"  # of those that lie there the newest is meant
SOURCE = """\
# {title}
def _look():
    import importlib
    import os
    import sys
    from glob import glob

    run = {run}
    otherwise = {otherwise}

    def found(name):  # beside the notebook, or in a data set of Kaggle's
        return max(glob(name) or glob(f"/kaggle/input/**/{{name}}", recursive=True), key=os.path.getmtime, default="")

    class NotReady(Exception):
        def _render_traceback_(self):
            return [str(self)]

    try:
        importlib.invalidate_caches()
        import autograder

        ready = autograder.ready("{chapter}", {format})
    except Exception:  # it is not installed, or another project's, or too old
        ready = False
    if not ready:
        for name in [name for name in sys.modules if name.partition(".")[0] == "autograder"]:
            del sys.modules[name]
        wheel, cases = found("{wheels}"), found("{cases}")
        copy = "" if cases == "{cases}" else f' && cp "{{cases}}" .'
        line = f'%pip install "{{os.path.join(".", wheel)}}"{{copy}}'
        raise NotReady(f"{{run}}\\n{{line}}" if wheel and cases else otherwise)


_look()"""


def first_cell(chapter: str, language: str, *, wheel: str = WHEELS, url: str = "") -> str:
    """The cell's source for a chapter's notebook in a language.

    wheel  what the sentence calls the students' wheel, where it does not lie beside the notebook.
    url    where the notebook's folder can be fetched from, wheel and public cases in it; "" where nowhere.
    """
    cases, run = f"{chapter}{SUFFIX}", say("notebook.run_this", language)
    otherwise = say("notebook.put_beside", language, files=[wheel, cases])
    if url:
        otherwise = f'{run}\n%pip install "{url}/{quote(wheel)}" && curl -fsSLO "{url}/{cases}"'
    return SOURCE.format(
        title=say("notebook.first_cell", language), run=_literal(run), otherwise=_literal(otherwise),
        chapter=chapter, format=FORMAT, wheels=WHEELS, cases=cases,
    )  # fmt: skip


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
