"""What is asked for? Data sets, photographs and videos enter, Samples leave. May import fitting and what is below."""
