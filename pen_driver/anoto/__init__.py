"""Anoto pens with streaming firmware, on an incoming Bluetooth serial port (pen/OTHER_PENS 2)."""
