"""What more than a photograph tells of a body? Terms that enter the objective with the body's place found along: a
photograph, 3D points, an estimate to stay near; an EvidenceObjective leaves. May import lib.base, lib.body, the terms,
objective."""

#: Names of the terms, beside the photograph's, which is objective.TERMS' first.
EVIDENCE = ('j3d', 'anchor')
