"""Strangers' files are opened in a child of their own (DESIGN §2, THREATS ground rule 8)."""
