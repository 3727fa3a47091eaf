"""Being a program of this desktop: file types, the menu entry, one window for all."""
