"""Keys of the lesson window: the sets, the teacher's own, the sheet, the palette."""
