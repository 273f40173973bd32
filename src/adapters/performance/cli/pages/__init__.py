"""Each kind of result as an HTML page with its own pictures: a function ``render(result) -> str`` in each module.

The words are those of ``cli/views``, the parts of pages those of ``reports/page``. A run's page is ``reports/html.py``.
"""
