"""Points of the skin that have names: where LSP's annotators see the top of a head, and those of the `smplx` package.

Each is found on a mean person in the T pose, on the midline or on the left, by what lies furthest one way. The right
one is its mirror image.
"""
import numpy as np

# LSP's head top lies at the hairline rather than on the crown: so far below it, in front.
BELOW_CROWN = .03
FACE_FROM = .02  # metres in front of the head's joint


def points(source, vertices, joints):
    """{name: vertex}: `head_top`, and the 21 names of smplx, of a person with vertices (V, 3) and joints (24, 3)."""
    own = {label: source.bone_weights[:, i] > .5 for i, label in enumerate(source.bone_labels)}
    x, y, z = vertices.T
    midline = source.mirror == np.arange(len(source.mirror))
    front = midline & own['head'] & (z > joints[15, 2] + FACE_FROM)
    crown = y[midline].max()

    def furthest(where, along):
        return int(np.where(where, along, -np.inf).argmax())
    left = {'eye': eye(source, vertices), 'ear': furthest(own['head'] & (x > 0), x),
            'BigToe': furthest(own['toe1-2.L'], z), 'SmallToe': furthest(own['toe5-2.L'] | own['toe5-3.L'], z),
            'Heel': furthest(own['foot.L'], -z)}
    left.update({finger: furthest(own[f'finger{i}-3.L'], x if i > 1 else x + z)
                 for i, finger in enumerate(('thumb', 'index', 'middle', 'ring', 'pinky'), 1)})
    out = {'head_top': furthest(front, -np.abs(y - (crown - BELOW_CROWN))), 'nose': furthest(front, z)}
    for name, vertex in left.items():
        for side, at in (('l', vertex), ('r', int(source.mirror[vertex]))):
            out[(side.upper() if name[0].isupper() else side) + name] = at
    return out


def eye(source, vertices):
    """The left eye: the vertex with most neighbours in the face, from which the closed eye's fan spreads."""
    neighbours = np.bincount(source.faces.ravel(), minlength=len(vertices))
    return int(np.where(vertices[:, 0] > .005, neighbours, 0).argmax())
