"""What is seen of a fit? Pictures, strips, films, and the window of --viz."""
