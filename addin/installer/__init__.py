"""The setup program for Windows: what a bookkeeper double-clicks. It is built on Linux, and is no part of the wheel."""
