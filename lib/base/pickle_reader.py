"""Reads a pickle without making any of the objects that it asks for.

A pickle is a program for a small machine, which may call anything by its name. Here the names of what model files and
results hold become marks, and what the program would call becomes a note of the call (``Asked``), to be checked and
made by pickle_objects. Python's own machine in its readable form is used: the one in C trusts sizes in the file.
"""

import io
import pickle
from dataclasses import dataclass, field
from typing import Any

from .errors import InputError, quoted

#: What files hold, by the name in the file; 'numpy._core' and 'scipy.sparse._csc' are brought to their older names.
_NAMES = {
    'numpy.core.multiarray._reconstruct': 'array', 'numpy.core.multiarray.scalar': 'scalar',
    'numpy.core.numeric._frombuffer': 'frombuffer', 'numpy.ndarray': 'array', 'numpy.dtype': 'dtype',
    **{f'scipy.sparse.{kind}.{kind}_{face}': kind for kind in ('csc', 'csr') for face in ('matrix', 'array')},
    'chumpy.ch.Ch': 'Ch', 'chumpy.reordering.Select': 'Select',
    '__builtin__.set': 'set', 'builtins.set': 'set', '__builtin__.bytes': 'bytes', 'builtins.bytes': 'bytes',
    '__builtin__.object': 'object', 'builtins.object': 'object', 'copy_reg._reconstructor': 'reconstructor',
    'copyreg._reconstructor': 'reconstructor', '_codecs.encode': 'encode'}
_MAX_STEPS = 200_000  # of the machine; a body model takes some hundreds
_MAX_KEY = 1 << 32
_Machine: Any = pickle._Unpickler  # type: ignore[attr-defined]  # undocumented, and as it is since Python 3.8


@dataclass(frozen=True)
class Name:
    """The mark of a class or function that the file names."""

    kind: str


@dataclass(eq=False)
class Asked:
    """An object that the file asks for: what it is, from which arguments, and the state that it is given later."""

    kind: str
    arguments: tuple
    state: Any = field(default=None, init=False)


class _Steps(io.BytesIO):
    """A file that lets so many single bytes be read: the machine's steps."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = _MAX_STEPS

    def read(self, count: int | None = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise InputError('it is not built as a model or result file is, but of very many small pieces')
        return super().read(count)


class PickleReader(_Machine):
    """``PickleReader(data).load()``: what a pickle holds, with Asked in the place of objects.

    Raises InputError where it asks for what model files and results do not hold, and many kinds of errors where it is
    damaged. Text of Python 2 is read as Latin-1. What would be a set is a list.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(_Steps(data), encoding='latin1')

    def find_class(self, module: str, name: str) -> Name:
        old = module.replace('numpy._core', 'numpy.core').replace('scipy.sparse._', 'scipy.sparse.')
        kind = _NAMES.get(f'{old}.{name}')
        if kind is None:
            raise InputError(f'it asks for {quoted(f"{module}.{name}")}, which no model or result file holds')
        return Name(kind)

    def persistent_load(self, pid: Any) -> None:
        raise InputError('it asks for an object outside of the file')

    def _call(self) -> None:
        """Put a note of the call in the place of a name and its arguments."""
        arguments = self.stack.pop()
        called = self.stack.pop()
        if type(called) is not Name or type(arguments) is not tuple:
            raise pickle.UnpicklingError('a call of what is no class')
        kind = called.kind
        if kind == 'reconstructor':  # of objects of Python 2
            kind, arguments = arguments[0].kind, ()
        self.append(Asked(kind, arguments))

    def _set_state(self) -> None:
        state = self.stack.pop()
        target = self.stack[-1]
        if type(target) is not Asked or target.state is not None:
            raise pickle.UnpicklingError('a state for what has none')
        target.state = state

    def _put_items(self, items: list) -> None:
        target = self.stack[-1]
        if type(target) is not dict:
            raise pickle.UnpicklingError('items for what is no dict')
        for key, value in zip(items[::2], items[1::2]):
            if type(key) is not str and not (type(key) is int and abs(key) < _MAX_KEY):
                raise InputError('it holds a dict whose keys are no names')  # and could be chosen to be slow
            target[key] = value

    def _set_item(self) -> None:
        value = self.stack.pop()
        self._put_items([self.stack.pop(), value])

    def _set_items(self) -> None:
        self._put_items(self.pop_mark())

    def _new_dict(self) -> None:
        items = self.pop_mark()
        self.append({})
        self._put_items(items)

    def _add_items(self) -> None:
        items = self.pop_mark()
        self.stack[-1].extend(items)

    def _memorize(self) -> None:
        position = int(self.readline()[:-1])
        if not 0 <= position < _MAX_KEY:
            raise pickle.UnpicklingError('a memory that is too large')
        self.memo[position] = self.stack[-1]

    def _skip_frame(self) -> None:
        self.read(8)  # frames only help to read ahead

    def _read_bytearray(self) -> None:
        self.append(self.read(int.from_bytes(self.read(8), 'little')))

    def _refuse(self) -> None:
        raise InputError('it asks for an object of a kind that no model or result file holds')

    #: The step for each of the machine's instructions.
    dispatch = {
        **_Machine.dispatch,
        **dict.fromkeys(b''.join((pickle.INST, pickle.OBJ, pickle.NEWOBJ_EX, pickle.EXT1, pickle.EXT2, pickle.EXT4,
                                  pickle.NEXT_BUFFER, pickle.READONLY_BUFFER, pickle.FROZENSET)), _refuse),
        **dict.fromkeys(b''.join((pickle.REDUCE, pickle.NEWOBJ)), _call), pickle.BUILD[0]: _set_state,
        pickle.SETITEM[0]: _set_item, pickle.SETITEMS[0]: _set_items, pickle.DICT[0]: _new_dict,
        pickle.EMPTY_SET[0]: _Machine.load_empty_list, pickle.ADDITEMS[0]: _add_items,
        pickle.PUT[0]: _memorize, pickle.FRAME[0]: _skip_frame, pickle.BYTEARRAY8[0]: _read_bytearray}
