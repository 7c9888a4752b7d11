"""Frozen reports: the evidence that figures are computed from, its fingerprint, and the editions."""
