"""Each kind of result as reports and pipelines see it: what ``show`` prints, an ``overview``, ``suites`` of cases."""
