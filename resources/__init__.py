"""What ships with the program: icons, sample models."""
