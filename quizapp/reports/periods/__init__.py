"""The analysis of a quarter or a year (定期分析报告): several tests in one report."""
