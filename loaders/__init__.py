"""What a model file means: no window, no framework.

``loaders.ir`` is the shared language, ``loaders.formats`` turns files into it,
``loaders.kinds`` knows what each layer does, ``loaders.quantizers`` how each family
of files spells a quantizer. Importing this package imports nothing else.
"""
