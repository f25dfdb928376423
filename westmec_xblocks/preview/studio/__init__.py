"""The author's side of the host."""
