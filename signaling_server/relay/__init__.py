"""The relay for pupils who have no direct path: time-limited credentials, and coturn's settings.

`credentials` and `coturn` are pure; `settings` reads the operator's file, which the server and
the relay's start (``python -m signaling_server.relay``) share. docs/relay.md is the manual.
"""
