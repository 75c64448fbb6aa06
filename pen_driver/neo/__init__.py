"""Neo (Ncode) pens, protocol version 2. Pure: bytes in, events and bytes out."""
