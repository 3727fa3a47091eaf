"""What is done with a model: open, run, explain, check, compare, export."""
