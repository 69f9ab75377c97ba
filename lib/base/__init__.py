"""What knows nothing of bodies. Paths and values enter; checked bytes, arrays and values, or one-line errors, leave.

Imports nothing of lib.
"""
