"""How does a posed body look? A mesh and a camera enter, pictures leave. May import lib.base and lib.body.

Where the published program's are asked for, they are what OpenDR's ColoredRenderer draws, pixel for pixel, by the same
library, in a quarter of the time: lib.render_model, which asks OpenDR itself, is what tests compare with.
"""
