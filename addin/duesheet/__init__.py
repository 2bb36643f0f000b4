"""Duesheet: collections in the workbook a bookkeeper already keeps."""

__version__ = "0.1.0"
