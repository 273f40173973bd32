"""The parts of a page as plain data: what is said and drawn, not how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ..facts import Fact, Tone
from ..grid import Table

MOST_POINTS = 600

Colour = Literal["c1", "c2", "c3", "c4", "c5", "c6", "good", "bad", "warn", "soft"]
"""A colour of the theme: six that colour-blind readers tell apart, those of verdicts, and grey."""

Unit = Literal[
    "ms", "rate", "count", "percent", "ratio", "plain", "time", "nines", "change", "points", "shift"
]
"""How figures are written: percent of a fraction, time in seconds of the run, nines as percentiles (2 is 99 %).

With their sign: change is a fraction in percent, points a difference of fractions, shift a number of milliseconds.
"""

Value = float | None
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: its unit, and where it ends and has its ticks unless those follow from the figures.

    ``log`` is how it begins; with ``switch`` the reader may change that. A linear axis starts at 0 unless ``low``
    says otherwise.
    """

    unit: Unit
    title: str = ""
    log: bool = False
    switch: bool = False
    low: float | None = None
    high: float | None = None
    ticks: Ticks = ()


TIME = Axis("time", "time")


@dataclass(frozen=True, slots=True)
class Series:
    """A named line over a plot's x; None breaks it. Not ``on``: hidden at first.

    ``dots`` are points without a line; a ``marked`` line has a dot at each point.
    """

    label: str
    values: Sequence[Value]
    colour: Colour = "c1"
    dashed: bool = False
    filled: bool = False
    stepped: bool = False
    dots: bool = False
    marked: bool = False
    on: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one place of the x axis, or with ``until`` a stretch of it, such as a warm-up or an interval."""

    at: float
    label: str
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart. ``bands`` are pairs of series (by number) between which the surface is filled.

    Plots with the same ``sync`` share the reader's cursor and zoom. ``summary`` says in words what is drawn.
    """

    kind: ClassVar[str] = "plot"
    id: str
    title: str
    x: Sequence[float]
    series: Sequence[Series]
    y_axis: Axis
    x_axis: Axis = TIME
    bands: Sequence[tuple[int, int]] = ()
    marks: Sequence[Mark] = ()
    sync: str | None = None
    note: str | None = None
    summary: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Heat:
    """How often values fell into the cells of a grid: ``columns`` by x, each the counts of its rows from the lowest.

    ``edges``: of the rows, one more than there are, ascending; ``x``: the start of each column, ``width`` each.
    """

    kind: ClassVar[str] = "heat"
    id: str
    title: str
    x: Sequence[float]
    width: float
    edges: Sequence[float]
    columns: Sequence[Sequence[int]]
    unit: Unit = "ms"
    x_axis: Axis = TIME
    marks: Sequence[Mark] = ()
    sync: str | None = None
    note: str | None = None
    summary: str = ""
    fallback: Table | None = None
    wide: bool = True


@dataclass(frozen=True, slots=True)
class Spread:
    """A row: its name, an estimate with the ends of its interval, and what else is drawn and said of it.

    ``bars`` are heights up to 1 of a distribution over the whole axis; ``dots`` are single values; ``texts`` stand
    beside the drawing, one for each column. Nothing is drawn of what is None.
    """

    label: str
    at: Value = None
    low: Value = None
    high: Value = None
    bars: Sequence[float] = ()
    dots: Sequence[float] = ()
    texts: Sequence[str] = ()
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Spreads:
    """Rows on one axis. ``band``: the stretch of it that counts as no change; ``rule``: where a line is drawn."""

    kind: ClassVar[str] = "spreads"
    id: str
    title: str
    rows: Sequence[Spread]
    axis: Axis
    columns: Sequence[str] = ()
    band: tuple[float, float] | None = None
    rule: Value = None
    note: str | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled figures."""

    kind: ClassVar[str] = "facts"
    facts: Sequence[Fact]
    columns: int = 1
    title: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A plain table."""

    kind: ClassVar[str] = "grid"
    table: Table
    titled: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a listing: its text, what it sorts by, and shares of 1 to draw as little bars.

    ``part`` is the id of the section that the text leads to; ``words`` are set like a sentence.
    """

    text: str
    key: float | None = None
    tone: Tone = "plain"
    bars: Sequence[float] = ()
    part: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A table that the reader can sort and search; the first column names the row."""

    kind: ClassVar[str] = "listing"
    id: str
    noun: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the figures show: what it is, the figures it rests on, and what to do about it."""

    title: str
    evidence: str
    advice: str
    tone: Tone = "warn"


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings, the weightiest first; ``none`` is what is said when there are none."""

    kind: ClassVar[str] = "findings"
    findings: Sequence[Finding]
    none: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or some, such as why something is left out."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Text as it is, folded away under a title."""

    kind: ClassVar[str] = "code"
    title: str
    text: str


Block = Plot | Heat | Spreads | Facts | Grid | Listing | Findings | Paragraph | Code


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a page, which the navigation leads to under its short name ``nav``."""

    id: str
    title: str
    blocks: Sequence[Block]
    nav: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A report: the verdict (``word``, ``sentence``, ``tone``), what it is about, cards, sections and their charts.

    ``caution`` is what the reader must know before the figures, with a link to the section ``caution_at``.
    ``started_s`` is the Unix time at which a time axis begins, so that the reader sees the hour of a point.
    """

    title: str
    word: str
    sentence: str
    tone: Tone
    about: Sequence[Fact] = ()
    cards: Sequence[Fact] = ()
    sections: Sequence[Section] = field(default_factory=tuple)
    caution: str = ""
    caution_at: str = ""
    footer: str = ""
    started_s: float | None = None
