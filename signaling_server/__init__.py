"""The light server; this file holds only a docstring, so the client gets the contract alone."""
