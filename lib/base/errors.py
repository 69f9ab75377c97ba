"""The errors that a user can mend: shown as one line, never as a traceback."""

_SHOWN = 80  # characters of a quoted value


class InputError(Exception):
    """Something that the user gave is wrong; the message says what, where, and what to do.

    The message is one printable line whatever it quotes: control characters, escapes, line ends, characters that turn
    the direction of text, and bytes of file names that are no UTF-8 are written as Python writes them.
    """

    def __init__(self, message: object) -> None:
        super().__init__(printable(str(message)))


class MissingFile(InputError):
    """There is no file of that name."""


class MissingArray(InputError):
    """A file of arrays lacks one that was asked for."""


class CannotWrite(InputError):
    """A file cannot be written: no room, no permission."""


def printable(text: str) -> str:
    """``text`` in one line, with what is no visible character escaped: ``\\x1b``, ``\\u202e``."""
    if text.isprintable():
        return text
    return ''.join(c if c.isprintable() else c.encode('unicode_escape').decode('ascii') for c in text)


def quoted(value: object) -> str:
    """``value`` as Python writes it, the middle left out where it is long."""
    text = repr(value)
    half = _SHOWN // 2
    return text if len(text) <= _SHOWN else f'{text[:half]}...{text[-half:]}'


def counted(count: int, one: str, more: str | None = None) -> str:
    """``count`` things, of which ``one`` is called so, and ``more`` of them so: with an s, if nothing else is said."""
    return f'{count} {one if count == 1 else more or one + "s"}'


def in_one_line(error: BaseException) -> str:
    """A library's exception as ``Kind: its message``, not too long."""
    text = ' '.join(f'{type(error).__name__}: {error}'.split())
    return text if len(text) <= 2 * _SHOWN else text[:2 * _SHOWN] + '...'
