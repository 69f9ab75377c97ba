"""Pickles that are out to harm: by what they call, by arrays that are not what they say, by what they ask to hold.

``hostile()`` makes them, bytes by name, with a small assembler of pickle's own instructions.
"""

import pickle
import struct

import numpy as np

ARRAY, NDARRAY = ('numpy.core.multiarray', '_reconstruct'), ('numpy', 'ndarray')
FUNCTIONS = [('os', 'system'), ('posix', 'system'), ('nt', 'system'), ('subprocess', 'Popen'), ('builtins', 'eval'),
             ('__builtin__', 'eval'), ('builtins', 'exec'), ('builtins', 'getattr'), ('__builtin__', '__import__'),
             ('__builtin__', 'apply'), ('builtins', 'open'), ('operator', 'attrgetter'), ('functools', 'partial'),
             ('runpy', 'run_path'), ('pickle', 'loads'), ('types', 'CodeType'), ('types', 'FunctionType'),
             ('numpy', 'load'), ('numpy', 'memmap'), ('numpy.core.multiarray', 'fromfile'), ('numpy.core', 'records'),
             ('numpy.core.multiarray', '_reconstruct.__globals__'), ('numpy', 'ndarray.tofile'),
             ('numpy.testing._private.utils', 'runstring'), ('scipy.sparse.csc', 'csc_matrix.__init__'),
             ('chumpy.ch', 'minimize'), ('copy_reg', 'add_extension'), ('builtins', 'bytearray'),
             ('lib.base.pickles', 'load_pickle'), ('a' * 5000, 'b'), ('esc\x1b[31m', 'red')]


def put(value):
    """Instructions that leave a plain value on the stack."""
    return pickle.dumps(value, 2)[2:-1]


def put_all(values):
    return b'(' + b''.join(value if isinstance(value, bytes) else put(value) for value in values) + b't'


def name(module, what):
    return f'c{module}\n{what}\n'.encode()


def call(function, *arguments):
    return name(*function) + put_all(arguments) + b'R'


def whole(instructions):
    return b'\x80\x02' + instructions + b'.'


def raw(data):
    """Bytes as protocol 2 of Python 3 has them."""
    return call(('_codecs', 'encode'), data.decode('latin1'), 'latin1')


def dtype(text='f8', order='<', inner=None, names=None, fields=None, size=-1, alignment=-1, flags=0):
    state = put_all([3, order, inner, names, fields, size, alignment, flags])
    return call(('numpy', 'dtype'), text, False, True) + state + b'b'


def array(values=(1., 2.), **changed):
    """An array by its state, of which parts may be changed: version, shape, dtype, fortran, data, blank."""
    values = np.asarray(values)
    parts = {'version': 1, 'shape': values.shape, 'dtype': dtype(values.dtype.str[1:]), 'fortran': False,
             'data': raw(values.tobytes()), 'blank': (0,), **changed}
    blank = call(ARRAY, name(*NDARRAY), parts['blank'], 'b')
    return blank + put_all([parts[key] for key in ('version', 'shape', 'dtype', 'fortran', 'data')]) + b'b'


def instance(module, what, state):
    """An object of a class with a state: instructions by name."""
    items = b''.join(put(key) + (value if isinstance(value, bytes) else put(value)) for key, value in state.items())
    return name(module, what) + b')\x81}(' + items + b'ub'


def sparse(kind, **changed):
    """A (2, 3) matrix, of which parts may be changed."""
    indptr = [0, 1, 2] if kind == 'csr' else [0, 1, 2, 2]
    parts = {'data': array([1., 2.]), 'indices': array(np.array([0, 1], np.int32)), '_shape': (2, 3),
             'indptr': array(np.array(indptr, np.int32)), 'maxprint': 50, **changed}
    return instance(f'scipy.sparse.{kind}', f'{kind}_matrix',
                    {key: value for key, value in parts.items() if value is not None})


def ints(*values):
    return array(np.array(values, np.int32))


def calls():
    for module, what in FUNCTIONS:
        yield f'call {module[:40]}.{what}', call((module, what), 'touch WITNESS')
        yield f'make {module[:40]}.{what}', name(module, what) + put_all(['touch WITNESS']) + b'\x81'
    yield 'stack global', b'\x8c\x02os\x8c\x06system\x93' + put_all(['touch WITNESS']) + b'R'
    yield 'inst', b'(' + put('touch WITNESS') + b'ios\nsystem\n'
    yield 'obj', b'(' + name('os', 'system') + put('touch WITNESS') + b'o'
    yield 'keywords', name('os', 'system') + put_all(['touch WITNESS']) + put({}) + b'\x92'
    yield 'extension', b'\x82\x01'
    yield 'persistent', b'Ptouch WITNESS\n'
    yield 'binary persistent', put('touch WITNESS') + b'Q'
    yield 'buffer', b'\x97'
    yield 'call of a value', put('text') + put_all([]) + b'R'
    yield 'call without arguments', name(*NDARRAY) + put(None) + b'R'
    yield 'a class by itself', name(*NDARRAY)
    yield 'state for a class', name(*NDARRAY) + put({'__setstate__': 1}) + b'b'
    yield 'slots for a class', name(*NDARRAY) + put((None, {'kind': 'x'})) + b'b'
    yield 'state for a function', name('_codecs', 'encode') + put({'x': 1}) + b'b'
    yield 'state for a list', put([1]) + put({'append': 1}) + b'b'
    yield 'object', call(('copy_reg', '_reconstructor'), *[name('__builtin__', 'object')] * 2, None)
    yield 'reconstructed text', call(('copy_reg', '_reconstructor'), 'text', 'text', None)


def types():
    fields = b'}(' + put('a') + put_all([dtype('O8', '|'), 0]) + b'u'
    yield 'objects', array(dtype=dtype('O8', '|', flags=63))
    yield 'objects in a list', array(dtype=dtype('O8', '|', flags=63), data=[1, 2])
    yield 'object fields', array(dtype=dtype('V8', '|', None, ('a',), fields, 8, 1, 27))
    yield 'fields of f8', array(dtype=dtype('f8', '|', None, ('a',), fields, 8, 1, 27))
    yield 'fields by number', array(dtype=dtype('V8', '|', None, (1,), fields, 8, 1, 27))
    yield 'fields without names', array(dtype=dtype('V8', '|', None, None, fields, 8, 1, 0))
    yield 'names without fields', array(dtype=dtype('V8', '|', None, ('a',), None, 8, 1, 0))
    yield 'subarray', array(dtype=dtype('V8', '|', b'(' + dtype('O8', '|') + put((1 << 40,)) + b't', size=8))
    yield 'subarray of f8', array(dtype=dtype('f8', '<', b'(' + dtype() + put((2,)) + b't', size=16))
    for text in ('V8', 'M8', 'm8', 'c16', 'g', 'f16', 'f3', 'i0', 'S0', 'U0', 'b8', 'O', '', 'f8,f8', '(9,)f8',
                 'f8' * 99, 'S999999', 'U9999999', '\x1b[31m'):
        yield f'type {text[:9]!r}', array(dtype=dtype(text))
    for order in ('x', '', None, 3, '<<'):
        yield f'order {order!r}', array(dtype=dtype(order=order))
    for kind, bad in (('number', 8), ('list', [('a', 'O')]), ('nothing', None), ('another dtype', dtype())):
        yield f'type of {kind}', array(dtype=call(('numpy', 'dtype'), bad, False, True))
    yield 'type without arguments', array(dtype=call(('numpy', 'dtype')))
    yield 'type that is text', array(dtype='f8')
    yield 'type state short', array(dtype=call(('numpy', 'dtype'), 'f8') + put((3, '<')) + b'b')
    yield 'type state of text', array(dtype=call(('numpy', 'dtype'), 'f8') + put('<<<<<<<<') + b'b')
    yield 'scalar object', call(('numpy.core.multiarray', 'scalar'), dtype('O8', '|'), put('x'))
    yield 'scalar short', call(('numpy.core.multiarray', 'scalar'), dtype(), raw(b'1234'))
    yield 'text beyond characters', array(shape=(2,), dtype=dtype('U1'), data=raw(b'\xff' * 8))


def arrays():
    for shape in ((-2,), (1 << 62,), (1 << 31, 1 << 31), (3,), (1,), (0, 1 << 62), (2, 0, 1 << 63), (1,) * 70, (2.,),
                  (True, 2), ('2',), 2, None, 'ab', [[2]], (1 << 200,)):
        yield f'shape {str(shape)[:30]}', array(shape=shape)
    for kind, data in (('nothing', None), ('list', [1., 2.]), ('number', 16), ('short', raw(b'12345678')),
                       ('long', raw(b'1' * 24)), ('wide text', '\u0394' * 16), ('dict', {})):
        yield f'data {kind}', array(data=data)
    yield 'no state', call(ARRAY, name(*NDARRAY), (1 << 40,), 'b')
    yield 'two states', array() + put_all([1, (2,), dtype(), False, raw(bytes(16))]) + b'b'
    yield 'short state', call(ARRAY, name(*NDARRAY), (0,), 'b') + put((1, (2,))) + b'b'
    yield 'state a dict', call(ARRAY, name(*NDARRAY), (0,), 'b') + put({'shape': 1}) + b'b'
    yield 'buffer short', call(('numpy.core.numeric', '_frombuffer'), raw(b'1234'), dtype(), (2,), 'C')
    yield 'buffer of nothing', call(('numpy.core.numeric', '_frombuffer'), None, dtype(), (2,), 'C')
    yield 'buffer without type', call(('numpy.core.numeric', '_frombuffer'), raw(b'1234'))


def matrices():
    for kind, length in (('csr', 2), ('csc', 3)):
        changes = {
            'index -5': {'indices': ints(-5, 1)}, 'index far': {'indices': ints(0, 1 << 30)},
            'index beyond': {'indices': ints(0, 3)}, 'indptr down': {'indptr': ints(0, 2, 1, 2)[:]},
            'indptr from 1': {'indptr': ints(*[1] * length, 2)}, 'indptr negative': {'indptr': ints(-1, *[2] * length)},
            'indptr beyond': {'indptr': ints(*[0] * length, 1 << 30)}, 'indptr short': {'indptr': ints(0, 2)},
            'indptr long': {'indptr': ints(*[0] * 9, 2)}, 'data short': {'data': array([1.])},
            'data square': {'data': array([[1., 2.]])}, 'indices float': {'indices': array([0., 1.])},
            'indptr float': {'indptr': array(np.arange(length + 1.))}, 'indices text': {'indices': 'abcdefgh'},
            'indices none': {'indices': None}, 'no shape': {'_shape': None}, 'shape of 3': {'_shape': (2, 3, 1)},
            'shape negative': {'_shape': (-2, -3)}, 'shape of text': {'_shape': 'ab'},
            'shape nothing': {'_shape': (0, 0)}, 'shape huge': {'_shape': (1 << 40, 1 << 40)},
            'wide': {'_shape': (2, 1 << 62) if kind == 'csr' else (1 << 62, 3)},
            'data of objects': {'data': array(dtype=dtype('O8', '|'))}, 'data of text': {'data': array(['a', 'b'])}}
        for what, changed in changes.items():
            yield f'{kind} {what}', sparse(kind, **changed)
        yield f'{kind} without state', name(f'scipy.sparse.{kind}', f'{kind}_matrix') + b')\x81'
        yield f'{kind} called', call((f'scipy.sparse.{kind}', f'{kind}_matrix'), (1 << 40, 1 << 40))


def chumpy():
    yield 'Ch without x', instance('chumpy.ch', 'Ch', {'y': 1})
    yield 'Ch of text', instance('chumpy.ch', 'Ch', {'x': 'abc'})
    yield 'Ch of a list', instance('chumpy.ch', 'Ch', {'x': [1., 2.]})
    yield 'Ch of itself', name('chumpy.ch', 'Ch') + b')\x81q\x07}(' + put('x') + b'h\x07ub'
    yield 'Ch without state', name('chumpy.ch', 'Ch') + b')\x81'
    yield 'Ch with a list for state', name('chumpy.ch', 'Ch') + b')\x81' + put([1]) + b'b'
    for what, changed in {'far': {'idxs': ints(0, 1 << 30)}, 'negative': {'idxs': ints(-1)}, 'float': {'idxs': array()},
                          'shape': {'preferred_shape': (1 << 40, 1 << 40)}, 'shape of text': {'preferred_shape': 'abc'},
                          'of nothing': {'a': None}, 'of text': {'a': 'abc'}}.items():
        yield f'Select {what}', instance('chumpy.reordering', 'Select', {'a': array(), 'idxs': ints(0, 1), **changed})
    yield 'Select without state', name('chumpy.reordering', 'Select') + b')\x81'


def bombs():
    text = put('x' * 100_000) + b'q\x05'
    yield 'memo', name(*NDARRAY) + b'r\xff\xff\xff\xff'
    yield 'memo in text', b'Np' + b'9' * 4000 + b'\n'
    for what, code in (('bytes', b'\x8e'), ('text', b'\x8d'), ('bytearray', b'\x96'), ('frame', b'\x95')):
        for size in (1 << 33, 1 << 62, (1 << 64) - 1):
            yield f'{what} of {size} bytes', code + struct.pack('<Q', size) + b'abc'
    yield 'number of 2 GB', b'\x8b' + struct.pack('<i', (1 << 31) - 1) + b'abc'
    yield 'text of 4 GB', b'X\xff\xff\xff\xffabc'
    yield 'bytes called', call(('__builtin__', 'bytes'), 1 << 40)
    yield 'lists of lists', b']q\x00' + b''.join(b'](' + b'h%c' % i * 10 + b'eq%c' % (i + 1) for i in range(30))
    yield 'tuples of tuples', b')q\x00' + b''.join(b'(' + b'h%c' % i * 10 + b'tq%c' % (i + 1) for i in range(30))
    yield 'dicts of dicts', b'}q\x63' + b''.join(
        b'}(' + b''.join(put(str(key)) + b'h%c' % i for key in range(10)) + b'uq%c' % (i + 1) for i in range(99, 130))
    yield 'text many times', b']' + text + b'0(' + b'h\x05' * 100_000 + b'e'
    encoded = b''.join(call(('_codecs', 'encode'), b'h\x05', 'latin1') + b'a' for _ in range(2000))
    yield 'encoded many times', b']' + text + b'0' + encoded
    state = put_all([1, (100_000,), dtype('i1', '|'), False, b'h\x05'])
    copies = b''.join(call(ARRAY, name(*NDARRAY), (0,), 'b') + b'h\x06ba' for _ in range(2000))
    yield 'array many times', text + b'0' + state + b'q\x060]' + copies
    yield 'sets', b'(' + b'\x8f' * 1_000_000 + b'l'
    yield 'marks', b'(' * 1_000_000
    yield 'lists', b'(' + b']' * 1_000_000 + b'l'
    yield 'nothings', b'(' + b'N' * 5_000_000 + b'l'
    yield 'list 60 deep', b']' * 60 + b'a' * 59
    yield 'deep list', b']' * 100_000 + b'a' * 99_999
    yield 'deep tuple', b')' + b'\x85' * 150_000
    yield 'deep dict', (b'}' + put('a')) * 30_000 + b'N' + b's' * 30_000
    yield 'a list in itself', b']q\x01h\x01a'
    yield 'a tuple in itself', b']q\x01h\x01\x85a'
    yield 'number of many digits', b'I' + b'7' * 1_000_000 + b'\n'
    yield 'number of many bits', b'\x8b' + struct.pack('<i', 1_000_000) + b'\x01' * 1_000_000
    yield 'head top of many bits', b'}' + put('head_top') + b'\x8b' + struct.pack('<i', 9999) + b'\x01' * 9999 + b's'
    modulus = (1 << 61) - 1
    yield 'colliding keys', b'}(' + b''.join(put(i * modulus) + b'N' for i in range(1, 60_000)) + b'u'
    yield 'colliding set', b'\x8f(' + b''.join(put(i * modulus) for i in range(1, 60_000)) + b'\x90'
    yield 'colliding memo', b'N' + b''.join(b'p%d\n' % (i * modulus) for i in range(1, 60_000))
    yield 'tuple keys', b'}' + put((1, 2)) + b'Ns'


def damaged():
    yield 'cut short', put({'pose': np.zeros(3)})[:-9]
    yield 'no stop', b'N' * 3 + b'(' * 3
    yield 'nothing on the stack', b''
    yield 'mark only', b'('
    yield 'unknown memo', b'h\x07'
    yield 'future protocol', b'\x80\xc8N'
    yield 'unknown instruction', b'\xff\xfe'
    yield 'text without quotes', b'Sabc\n'
    yield 'bad UTF-8', b'X\x02\x00\x00\x00\xff\xff'
    yield 'items for a tuple', put((1,)) + b'(' + put('a') + b'Nu'
    yield 'items for nothing', b'N(' + put('a') + b'Nu'
    yield 'append to a dict', put({}) + b'Na'


def hostile():
    """All of them: pickle bytes by name, none of which may be read."""
    kinds = calls, types, arrays, matrices, chumpy, bombs, damaged
    return {f'{kind.__name__}: {what}': whole(code) for kind in kinds for what, code in kind()}
