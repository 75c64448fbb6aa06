"""Ink to QPainter, for the window and for exports. QtGui only.

Lengths are the contract's: 1/100 mm on the page, origin top left, y down; a *scale* is device
pixels per 1/100 mm.
"""
