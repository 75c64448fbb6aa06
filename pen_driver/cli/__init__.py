"""The commands of ``python -m pen_driver``, one module each."""
