"""The teacher's desktop: window, lesson engine, recording."""
