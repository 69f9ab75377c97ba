"""index.html, by which a run is looked through."""
