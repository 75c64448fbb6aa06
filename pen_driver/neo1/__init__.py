"""Neo protocol version 1 (N2): no stuffing, no event counter, the pen speaks first."""
