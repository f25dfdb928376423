"""What the field knows, as plain values and functions: no Django, no XBlock, no files."""
