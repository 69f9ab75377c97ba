"""Who does the work? A command line enters, a finished folder leaves. May import all rooms."""
