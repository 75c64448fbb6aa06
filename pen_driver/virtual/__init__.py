"""A pen in software: the device's side of the Neo protocol, written apart from the decoder."""
