"""What knows nothing of bodies: errors, files, pickles, other packages' patches. Imports nothing of lib."""
