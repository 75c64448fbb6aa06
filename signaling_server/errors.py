"""Exceptions of the server.

::

    ServerError
    ├── PolicyError      a programme's preset is wrong, or not allowed on this address
    ├── RelayError       the relay's settings or secret cannot be used
    └── StorageError     the database cannot be opened, or is of a newer version

What a client does wrong is never an exception outside its own connection: it is answered with
``Rejected``, counted, and forgotten.
"""

from __future__ import annotations


class ServerError(Exception):
    """Anything the server itself raises."""


class PolicyError(ServerError):
    """A start that the rules of the house forbid; the sentence tells the operator why."""


class RelayError(ServerError):
    """The relay cannot be set up; the sentence tells the operator why, never the secret."""


class StorageError(ServerError):
    """The database cannot be used; the sentence names the file."""
