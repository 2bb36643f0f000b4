"""`python -m duesheet`, where the command `duesheet` is not on the path."""

from duesheet.start import main

main()
