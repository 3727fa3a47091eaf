"""What follows from a model: pure functions, run in jobs, no Qt and no files."""
