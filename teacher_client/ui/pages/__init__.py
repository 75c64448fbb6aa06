"""The row of pages beside the board: thumbnails, their menu, and the papers a page can have."""
