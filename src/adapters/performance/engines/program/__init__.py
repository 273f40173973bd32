"""A plan in the form that engines interpret: ``compile`` makes it, ``runtime`` runs it in Python, k6's script in JS.

A program is plain JSON (``version`` 1):

- ``scenarios``: ``[{name, weight, pacing_s, steps}]``; ``pacing_s`` is None or how long after the beginning of such an
  iteration the user's next one begins
- a request step: ``{kind: "request", name, method, url, headers: [[name, text]], body, timeout_s, redirects, checks,
  extract, run_if, skip_if}``; ``body`` is None, ``{"text": text}`` or ``{"base64": str}``; ``digest`` may hold
  ``{username, password}``
- a pause step: ``{kind: "pause", law, run_if, skip_if}`` with ``min_s, max_s`` for the law ``"uniform"``,
  ``mean_s, stdev_s`` for ``"normal"`` and ``mean_s`` for ``"exponential"``
- a *text* is a string, or a list of strings and placeholders: ``{"var": name, "path": [...]}``,
  ``{"row": [feed, column]}``, ``{"counter": "iteration" | "user"}`` or ``{"call": function, "args": [...]}``, each
  with ``default``, ``text`` (as written, shown when there is no value) and ``enc``: how the value is inserted:
  ``""`` as it is, ``"url"`` and ``"query"`` percent-encoded, ``"json"`` as a JSON value, ``"jsonstr"`` inside a string
- a check: ``{name, kind, …}``: ``status`` with ``ranges``, ``time``, ``size``, ``python`` with ``function`` and
  ``folder``, or of values that are found: a *source*, ``exists``, perhaps ``count``, and ``tests: [{op, value}]``,
  ``template`` in place of ``value`` where it is filled in
- an extractor: ``{var, …, index, transform: [[name, …]], absent, unfit, too_much}``, a *source* too, and perhaps a
  ``default``; the last three are what is said when there is no value
- a *source* says where values are found: ``kind`` ``json`` (``path``, or ``query`` as in ``plan/jsonpath_query.py``),
  ``jmespath`` (``expression``), ``regex`` (``regex``, ``group``), ``css`` (``css``, ``attribute``), ``xpath``,
  ``input``, ``header``, ``cookie`` (each with its name), ``body`` or ``status``
- a condition: a boolean, ``{"op": "truthy", "a": value}`` or ``{"op": "equals" | "not_equals" | "in", "a", "b"}``,
  where a value is any JSON value in which strings are texts ``{"t": text}``
- ``load``: ``{kind: "closed", points, users, duration_s}``, ``{kind: "open", points, users, duration_s, arrivals,
  when_exhausted}`` or ``{kind: "iterations", iterations, users, max_duration_s}``; ``points`` are ``[seconds, value]``,
  linear in between, equal times are a jump
- ``variables``, ``feeds``: ``{name: {strategy, on_end, rows}}``, and ``options``

Everything static is encoded here once, in Python, so that the same bytes leave every engine.
"""
