"""Music written by code: from a style and a seed to notes, and what is said of them."""
