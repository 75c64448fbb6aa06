"""Pictures: read in a confined child, cleaned, kept by content."""
