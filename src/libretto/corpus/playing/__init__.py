"""Scores of others, played: MIDI files to performed notes and what may be said of them."""
