"""The process that reads files. Started by ``app.engine.client``, imported by nobody.

It may be taken over or killed by the file that it reads; the window survives that.
"""
