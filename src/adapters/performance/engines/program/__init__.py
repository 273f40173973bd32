"""A plan in the form that engines interpret: ``compile`` makes it, ``runtime`` runs it in Python, k6's script in JS.

A program is plain JSON (``version`` 1):

- ``scenarios``: ``[{name, weight, pacing_s, before, steps, after}]``; ``pacing_s`` is None or how long after the
  beginning of such an iteration the user's next one begins; ``before`` and ``after`` are the steps of each user's
  coming and going
- ``setup`` and ``teardown``: the steps that are done once
- a step: ``{kind, run_if, skip_if, …}``, of the kind
  - ``"request"``: ``{name, method, url, headers: [[name, text]], cookie, body, timeout_s, redirects, checks, extract,
    auth, private, retry, on_failure}``; ``body`` is None, ``{"text": text}`` or ``{"base64": str}``; ``cookie`` is None
    or the text of its own Cookie header, to which the user's cookies are added; ``auth`` is None or a number;
    ``private`` are the headers, in lower case, that go to no other host in a redirect; ``retry`` is None or
    ``{waits_s, statuses: [[low, high]], causes}``, a wait before each further attempt, where ``causes`` None stands for
    any failure; ``on_failure`` is ``"continue"``, ``"end_iteration"`` or ``"stop_user"``
  - ``"pause"``: ``{law}`` with ``min_s, max_s`` for the law ``"uniform"``, ``mean_s, stdev_s`` for ``"normal"`` and
    ``mean_s`` for ``"exponential"``
  - ``"set"``: ``{set: [[name, value]]}``
  - ``"group"``: ``{name, pauses, steps}``; ``"while"``: ``{while: condition, max, steps}``; ``"choose"``: ``{choices:
    [{weight, steps}]}``
  - ``"for_each"``: ``{items: value, as, skipped, steps}``, where ``skipped`` says what is told when there is no list
  - ``"repeat"``: ``{times, min, max, steps}``, where ``times`` is a value, beside ``skipped``, or None where the number
    is drawn from ``min`` to ``max``
- ``auths``: what must be had or made before a request of that number is sent: ``{number, kind, …}``. A ``"token"`` is
  had by request steps, ``fetch`` or ``refresh``, that put it into variables (``lends``); ``"digest"``, ``"sigv4"``,
  ``"hmac"`` and ``"custom"`` add headers to each request (see ``auths``)
- a *text* is a string, or a list of strings and placeholders: ``{"var": name, "path": [...]}``,
  ``{"row": [feed, column], "path": [...]}``, ``{"counter": "iteration" | "user"}``, ``{"pool": name}``, ``{"base64":
  text}`` or ``{"call": function, "args": [...]}``, each with ``default`` (None, or a text encoded as the value would
  be), ``text`` (as written, shown when there is neither a value nor a default) and ``enc``: how the value is inserted:
  ``""`` as it is, ``"url"`` and ``"query"`` percent-encoded, ``"json"`` as a JSON value, ``"jsonstr"`` inside a string
- calls: ``uuid``, ``now`` [pattern, offset in ms, whether in UTC], ``randint`` [least, most], ``randfloat`` [low, high]
  or [least, most, divided by], ``characters`` [number, alphabet], ``choice`` [of these], ``seq``
- ``pools``: ``{name: [values]}``, which Faker made: a placeholder draws one of them each time
- a check: ``{name, kind, …}``: ``status`` with ``ranges``, ``time``, ``size``, ``python`` with ``function`` and
  ``folder``, or of values that are found: a *source*, ``exists``, perhaps ``count``, and ``tests: [{op, value}]``,
  ``template``, a *value*, in place of ``value`` where it is filled in
- an extractor: ``{var, …, index, transform: [[name, …]], absent, unfit, too_much}``, a *source* too, and perhaps a
  ``default``; the last three are what is said when there is no value
- a *source* says where values are found: ``kind`` ``json`` (``path``, or ``query`` as in ``plan/jsonpath_query.py``),
  ``jmespath`` (``expression``), ``regex`` (``regex``, ``group``), ``css`` (``css``, ``attribute``), ``xpath``,
  ``input``, ``header``, ``cookie`` (each with its name), ``body`` or ``status``
- a *value* is any JSON value in which strings are texts ``{"t": text}`` and objects ``{"o": {name: value}}``
- a condition: a boolean, ``{"op": "truthy" | "exists", "a": value}``, ``{"op": "equals" | "not_equals" | "in" |
  "less_than" | "at_most" | "more_than" | "at_least", "a": value, "b": value}``, ``{"op": "matches", "a": value, "b":
  pattern}``, ``{"op": "all" | "any", "of": [condition]}`` or ``{"op": "not", "a": condition}``
- ``load``: ``{kind: "closed", points, users, duration_s}``, ``{kind: "open", points, users, duration_s, arrivals,
  when_exhausted}`` or ``{kind: "iterations", iterations, users, max_duration_s}``; ``points`` are ``[seconds, value]``,
  linear in between, equal times are a jump
- ``variables``, and ``options``
- ``feeds``: ``{name: {strategy, on_end, size, rows}}``, or for rows of a file ``store`` in place of ``rows``:
  ``{file, bytes, index, order, columns, delimiter, quote}``, where ``index`` is a file of ``size + 1`` uint64 numbers:
  the offsets in ``file`` at which rows begin, and at which the last one ends. Rows are text in UTF-8: CSV with these
  ``columns``, ``delimiter`` and ``quote`` (None: no quoting), or JSON objects when ``columns`` is None. ``order``, if
  there, is a file of the ``size`` numbers of rows (uint32; uint64 from 2**32 on) in the order in which they are drawn.
  ``strategy`` is ``"sequential"``, ``"random"``, ``"unique"`` or ``"per_user"``

Every user has random numbers of its own, those of Python's ``random.Random`` seeded with ``seed * 1_000_003 + user``,
or any without a seed. It draws them in this order: with each iteration its scenario, if there are several; then a row
of each ``random`` feed, in the order of ``feeds``; then step by step what is in ``run_if``, in ``skip_if``, and in the
step: a pause that is not fixed, the rounds of a loop from ``min`` to ``max``, one of several lists of steps, or the
placeholders of a request's URL, of its headers in their order, and of its body; a request that is tried again is
rendered again. What is done once, before or after the load, has random numbers of its own (``DRAWS_AS``). A whole
number below n is drawn as so many bits as n has, again while it is not below n; everything else
from floats.

Everything static is encoded here once, in Python, so that the same bytes leave every engine.
"""
