"""Reports: a result as text for people and programs. One module per format; `write` puts them into files."""
