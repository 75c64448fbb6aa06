"""The contract: what a lesson's log holds and what travels. Stdlib only, no I/O; PROTOCOL.md."""
