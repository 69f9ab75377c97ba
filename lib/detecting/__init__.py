"""Who is in a photograph without keypoints? Pictures enter, joints leave. May import lib.base and lib.keypoints."""
