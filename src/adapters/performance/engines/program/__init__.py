"""A plan in the form that engines interpret: ``compile`` makes it, ``runtime`` runs it in Python, k6's script in JS.

A program is plain JSON (``version`` 1):

- ``scenarios``: ``[{name, weight, pacing_s, steps}]``; ``pacing_s`` is None or how long after the beginning of such an
  iteration the user's next one begins
- a request step: ``{kind: "request", name, method, url, headers: [[name, text]], cookie, body, timeout_s, redirects,
  checks, extract, auth, private, run_if, skip_if}``; ``body`` is None, ``{"text": text}`` or
  ``{"base64": str}``; ``cookie`` is None or the text of its own Cookie header, to which the
  user's cookies are added; ``auth`` is None or a number;
  ``private`` are the headers, in lower case, that go to no other host when the request is redirected
- ``auths``: what must be had or made before a request of that number is sent: ``{number, kind, …}``. A ``"token"`` is
  had by request steps, ``fetch`` or ``refresh``, that put it into variables (``lends``); ``"digest"``, ``"sigv4"``,
  ``"hmac"`` and ``"custom"`` add headers to each request (see ``auths``)
- a pause step: ``{kind: "pause", law, run_if, skip_if}`` with ``min_s, max_s`` for the law ``"uniform"``,
  ``mean_s, stdev_s`` for ``"normal"`` and ``mean_s`` for ``"exponential"``
- a *text* is a string, or a list of strings and placeholders: ``{"var": name, "path": [...]}``,
  ``{"row": [feed, column]}``, ``{"counter": "iteration" | "user"}``, ``{"base64": text}`` or
  ``{"call": function, "args": [...]}``, each
  with ``default``, ``text`` (as written, shown when there is no value) and ``enc``: how the value is inserted:
  ``""`` as it is, ``"url"`` and ``"query"`` percent-encoded, ``"json"`` as a JSON value, ``"jsonstr"`` inside a string
- a check: ``{name, kind, …}``; an extractor: ``{var, kind, …, default}`` (see ``compile``)
- a condition: a boolean, ``{"op": "truthy", "a": value}`` or ``{"op": "equals" | "not_equals" | "in", "a", "b"}``,
  where a value is any JSON value in which strings are texts ``{"t": text}``
- ``load``: ``{kind: "closed", points, users, duration_s}``, ``{kind: "open", points, users, duration_s, arrivals,
  when_exhausted}`` or ``{kind: "iterations", iterations, users, max_duration_s}``; ``points`` are ``[seconds, value]``,
  linear in between, equal times are a jump
- ``variables``, ``feeds``: ``{name: {strategy, on_end, rows}}``, and ``options``

Everything static is encoded here once, in Python, so that the same bytes leave every engine.
"""
