"""Working everything out again: the record, what was published, every ended attempt and every score."""

from quizapp.verification.chain import kept_head
from quizapp.verification.check import Verified, verify
from quizapp.verification.findings import Finding

__all__ = ["Finding", "Verified", "kept_head", "verify"]
