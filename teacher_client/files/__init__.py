"""Pages and lessons as files that other programs read, and theirs as pages."""
