"""The light server. This file holds only a docstring, so that the client gets the contract alone."""
