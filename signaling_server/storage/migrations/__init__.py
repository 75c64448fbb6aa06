"""Alembic's steps; run at every start, never edited after a release."""
