"""Drawings of what layers do: what a diagram says, as strokes, and on the screen."""
