"""A task as one page to watch: steps -> trace.html, which opens offline."""
