"""The error that a user can mend: shown as one line, never as a traceback."""


class InputError(Exception):
    """Something that the user gave is wrong; the message says what, where, and what to do."""
