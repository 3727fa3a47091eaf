"""The shared language: models, graphs, nodes, values, parameters, tensors.

Frozen structs on numpy and msgspec alone, so that every process can speak it.
"""
