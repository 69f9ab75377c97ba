"""What is a body? Model files and poses enter, joints, vertices and their images leave. May import lib.base."""
