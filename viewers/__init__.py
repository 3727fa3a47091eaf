"""What a model looks like: Qt widgets that speak ``loaders.ir`` only."""
