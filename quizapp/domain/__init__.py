"""The pure core: what a bank, a paper and a score are. Knows no web, no database and no clock."""
