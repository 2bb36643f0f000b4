"""Duesheet.xlam, Excel's side of the product, built from text on any computer.

The same sources give the same bytes; the file that is shipped is the one its sources build.
"""

from duesheet.xlam.building import NAME, built, modules

__all__ = ["NAME", "built", "modules"]
