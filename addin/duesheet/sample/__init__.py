"""A fictional firm's ledger to try everything on: Harbor & Pine Trading, its customers, and how they pay.

`workbook/sample/` holds the cast: who the customers are, how each pays, what is open and what happened there.
The amounts and days are drawn at random from a seed: the same day and seed always give the same ledger.
"""

from duesheet.sample.books import sample_ledger, sample_settings
from duesheet.sample.correspondence import sample_activity

__all__ = ["sample_activity", "sample_ledger", "sample_settings"]
