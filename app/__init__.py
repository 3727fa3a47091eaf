"""What is done with a model: opened, explained, summarised, exported."""
