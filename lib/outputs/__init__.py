"""What is written and shown? Fits enter, files leave. May import lib.inputs and what is below."""
