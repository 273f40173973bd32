"""A page as one HTML file: markup, style, script and data in it, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from . import drawing
from .data import page_json
from .drawing import draw, draw_heat
from .model import Page
from .spread import lay_out


def render_page(page: Page) -> str:
    """The page as HTML text."""
    return _template().render(
        page=page,
        data=Markup(page_json(page)),  # noqa: S704  what could be markup is escaped in it
        style=Markup(_asset("uPlot.min.css") + _asset("page.css")),  # noqa: S704
        library=Markup(_asset("uPlot.iife.min.js")),  # noqa: S704
        script=Markup(_asset("page.js")),  # noqa: S704
        licence=_asset("uPlot.LICENSE.txt"),
        policy=_policy(),
    )


@cache
def _asset(name: str) -> str:
    """The text of a file, without its indentation, which no page needs."""
    text = files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in text.strip().splitlines())


@cache
def _policy() -> str:
    """Only the page's own style, its own two scripts, and pictures that are part of it."""
    scripts = " ".join(f"'{_digest(_asset(name))}'" for name in ("uPlot.iife.min.js", "page.js"))
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(draw=draw, draw_heat=draw_heat, lay_out=lay_out, drawing=drawing)
    return environment.get_template("page.html.jinja")
