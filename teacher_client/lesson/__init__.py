"""Pure rooms of a lesson: commands to entries, rights, undo; what window and engine say."""
