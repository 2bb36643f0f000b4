"""What runs in LibreOffice: its Python, from 3.9 on, the standard library, and nothing of Duesheet itself.

Duesheet's own environment is another process, spoken to over its pipes.
"""
