"""Tools of whoever works on the package. They are not part of it."""
