"""Statistics as pure functions on numpy arrays, each with its source: what verdicts are made of.

Nothing here knows of plans, engines or results. Bad input is a ``ValueError`` that says what is wrong with it.
"""

from __future__ import annotations

from .bisection import Answer, Bisection
from .bootstrap import block_bootstrap, block_bootstrap_compare, bootstrap, bootstrap_compare
from .changes import ChangePoint, Changes, change_points
from .descriptive import VarianceParts, coefficient_of_variation, mad, median, outliers, variance_parts
from .intervals import Interval
from .modes import Modes, find_modes
from .multiple import holm, simultaneous_confidence
from .quantiles import quantile_interval
from .ranks import MannWhitney, mann_whitney
from .rates import newcombe, wilson
from .shift import hodges_lehmann, reachable_confidence
from .usl import UslFit, fit_usl
from .verdict import Change, Judgement, Quality, Verdict, judge

__all__ = [
    "Answer",
    "Bisection",
    "Change",
    "ChangePoint",
    "Changes",
    "Interval",
    "Judgement",
    "MannWhitney",
    "Modes",
    "Quality",
    "UslFit",
    "VarianceParts",
    "Verdict",
    "block_bootstrap",
    "block_bootstrap_compare",
    "bootstrap",
    "bootstrap_compare",
    "change_points",
    "coefficient_of_variation",
    "find_modes",
    "fit_usl",
    "hodges_lehmann",
    "holm",
    "judge",
    "mad",
    "mann_whitney",
    "median",
    "newcombe",
    "outliers",
    "quantile_interval",
    "reachable_confidence",
    "simultaneous_confidence",
    "variance_parts",
    "wilson",
]
