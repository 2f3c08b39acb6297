"""Recordings: read, levelled, told from their copies, split by work."""
