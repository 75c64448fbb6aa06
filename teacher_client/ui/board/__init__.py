"""The board's tools: each a small state machine over pointer events in page units.

A tool sees the board through a :class:`~teacher_client.ui.board.desk.Desk`, asks for commands and
paints what is not yet confirmed over the page; what is on the page comes from the log alone.
Lengths are 1/100 mm unless a name says pixels. GUI thread only.
"""
