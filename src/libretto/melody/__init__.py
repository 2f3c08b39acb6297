"""Hum or audio to melody tokens."""
