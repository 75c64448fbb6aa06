"""Dot-matrix pens: a pen's bytes in, pen events out. No Qt, no network, no boards."""
