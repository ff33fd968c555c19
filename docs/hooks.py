"""What the site has beyond its pages: references made from code, formulas as MathML, files that lie outside docs/."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from autograder.handout.offline_html import mathml

REPOSITORY = Path(__file__).resolve().parents[1]
LIBRARY = "The torch library"  # its entry of the navigation
MODULE = """# reference.NAME

::: reference.NAME
    options:
      show_root_heading: false
      heading_level: 1
"""
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
OUTSIDE = re.compile(r"\]\(((?:\.\./)*)\.\./(ci/[\w./-]+)\)")  # a link to a file of the repository that is no page
SHORTENED = re.compile(r"\*\*Commands\*\*:\n\n(?:\* .*\n)+")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A page of the navigation for each module of the torch library."""
    for section in config.nav or []:
        for entries in section.values():
            for entry in entries if isinstance(entries, list) else []:
                if LIBRARY in entry:
                    entry[LIBRARY] = [entry[LIBRARY], *({name: _library(name)} for name in _modules())]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages made from code, and the files that pages link to."""
    pages = {"reference/cli.md": command_line()}
    pages |= {_library(name): MODULE.replace("NAME", name) for name in _modules()}
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    texts = [file.content_string for file in files.documentation_pages()]
    for name in sorted({name for text in texts for _, name in OUTSIDE.findall(text)}):
        files.append(File.generated(config, _carried(name), content=(REPOSITORY / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links out of docs/ lead to the copies that the site carries."""
    return OUTSIDE.sub(lambda link: f"]({link[1]}{_carried(link[2])})", markdown)


def on_page_content(content: str, **_: Any) -> str:
    """Formulas as MathML, which browsers set without a script.  Raises AuthoringError for one that cannot be set."""
    return FORMULA.sub(lambda found: mathml(html.unescape(found[3]), _display(found[2])), content)


def command_line() -> str:
    """The reference of the command line: Typer's own, with whole sentences in its list of commands."""
    import typer
    from typer.cli import get_docs_for_click

    from autograder.cli.main import app

    group = typer.main.get_command(app)
    text = get_docs_for_click(obj=group, ctx=typer.Context(group), name="autograder", title="Command line")
    commands = [
        f"* [`{name}`](#autograder-{name}): {(command.help or '').partition(chr(10))[0]}\n"
        for name, command in group.commands.items()
    ]
    text = SHORTENED.sub(lambda _: "**Commands**:\n\n" + "".join(commands), text)
    return re.sub(r"^Example: (.*)$", r"```console\n$ \1\n```", text, flags=re.MULTILINE)


def _modules() -> list[str]:
    return sorted(path.stem for path in (REPOSITORY / "reference").glob("[!_]*.py"))


def _library(module: str) -> str:
    return f"reference/library/{module}.md"


def _carried(name: str) -> str:
    return f"files/{name}.txt"  # as text, so that a browser shows it


def _display(bracket: str) -> str:
    return "block" if bracket == "[" else "inline"
