"""What every HTML report is made of: one file, readable without a script or a network, printed or on a phone.

A page is data. ``model`` has its parts (`Page`, `Section`, and blocks such as `Facts`, `Grid`, `Listing`, `Plot` and
`Heat`), ``render`` turns them into one HTML file, and the templates and assets alone know how it looks. A further kind
of report is a module ``reports/html_<kind>.py`` with a function ``render(document) -> str`` that fills a `Page` and
hands it to `render_page`; it needs no template and no script of its own.

Of a chart, at most `MOST_POINTS` points a series go into the page. Static drawings of them are in the page as SVG,
for readers without a script and for print; with a script, uPlot (MIT, vendored) draws them.
"""
