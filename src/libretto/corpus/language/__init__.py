"""A sheet in words: captions as people write and ask."""
