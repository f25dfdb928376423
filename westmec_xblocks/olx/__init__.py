"""Course files: our elements as OLX and back, in one canonical form, with every finding about them; no Django, no XBlock."""
