"""The worksheet functions: what an `=AR_...` formula in a cell calls, and plain Python everywhere else.

Each takes cells or ranges as a spreadsheet gives them and answers in the same shape. None raises: a bad cell gets
a short message in its own place, and a blank row a blank.
"""

from duesheet.functions.charges import AR_INTEREST, AR_LATE_FEE
from duesheet.functions.items import AR_BUCKET, AR_DAYS_OVERDUE, AR_DISCOUNT, AR_DUE_DATE
from duesheet.functions.judging import AR_RISK_FLAG, AR_RISK_SCORE
from duesheet.functions.measures import AR_ADD, AR_ALLOWANCE, AR_BEST_DSO, AR_CEI, AR_DSO
from duesheet.functions.scheduling import AR_SCHEDULE
from duesheet.functions.statutes import AR_STATUTORY_INTEREST
from duesheet.functions.summing import AR_AGING

__all__ = [
    "AR_ADD",
    "AR_AGING",
    "AR_ALLOWANCE",
    "AR_BEST_DSO",
    "AR_BUCKET",
    "AR_CEI",
    "AR_DAYS_OVERDUE",
    "AR_DISCOUNT",
    "AR_DSO",
    "AR_DUE_DATE",
    "AR_INTEREST",
    "AR_LATE_FEE",
    "AR_RISK_FLAG",
    "AR_RISK_SCORE",
    "AR_SCHEDULE",
    "AR_STATUTORY_INTEREST",
]
