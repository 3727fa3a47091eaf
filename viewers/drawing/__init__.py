"""How pictures are made: where things lie, what colours they have, what is painted.

``layout`` and the modules behind it are pure and run in the reader; importing this
package must not import Qt.
"""
