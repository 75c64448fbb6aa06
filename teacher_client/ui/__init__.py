"""The teacher's windows: readers of the lesson with a mouse; the engine decides (DESIGN §2)."""
