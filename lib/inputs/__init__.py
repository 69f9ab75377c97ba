"""What is asked for? Data sets, photographs, videos and calibrated cameras enter, Samples leave. May import fitting and
what is below."""
