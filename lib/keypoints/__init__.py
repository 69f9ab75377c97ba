"""What do detectors write? Their files enter, LSP's joints leave. May import lib.base and lib.body.skeleton."""
