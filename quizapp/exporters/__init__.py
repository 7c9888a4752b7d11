"""Banks written out again: YAML, Excel, Word and the exchange formats. No application, no database."""
