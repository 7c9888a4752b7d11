"""A test at a glance: charts, what needs attention, one branch, the test before."""
