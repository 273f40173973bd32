"""What every HTML report is made of: one file, readable without a script or a network, printed or on a phone.

A page is data. ``model`` has its parts (`Page`, `Section`, and blocks such as `Facts`, `Grid`, `Listing`, `Plot`,
`Spreads` and `Heat`), ``render`` turns them into one HTML file, and the templates and assets alone know how it looks. A
page of a further kind is a module with ``render(result) -> str`` that fills a `Page` and hands it to `render_page`; it
needs no template and no script of its own. Those of runs are in ``reports``, those of workflows in ``cli/pages``.

Of a chart, at most `MOST_POINTS` points a series go into the page. Static drawings of them are in the page as SVG,
for readers without a script and for print; with a script, uPlot (MIT, vendored) draws them.
"""
