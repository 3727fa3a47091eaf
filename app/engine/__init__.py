"""Our end of the other processes: what is said to them, how they start and end.

Files are hostile and libraries crash, so a file is read in a process of its own that
can be killed. ``messages`` is the language, ``client`` starts a child and listens,
``bridge`` brings what it says into Qt's thread, ``sandbox`` is what a child does to
itself before anything else.
"""
