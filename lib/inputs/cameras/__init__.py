"""Which cameras looked on? Calibration files enter, Cameras leave: a reader for each kind of file. May import base and
inputs."""
