"""Plans made from what people already have: recordings, descriptions of APIs, other tools' files.

An importer is a module with two functions, named in `kinds`: ``sniff(source)`` says by a glance whether a file is of
its kind, ``read(source, options)`` makes a `Draft` of it: the plan as a plain dict in the order it is to be written,
comments on its parts, and notes on all that was left out or guessed. `write` makes YAML of a draft, and lets none out
that is not a valid plan. `withheld` puts ``${env.…}`` where a secret was, `bodies` finds the field a body belongs in.

Whoever wrote the file is not trusted: `source` bounds what it may cost, and nothing in it is run.
"""
