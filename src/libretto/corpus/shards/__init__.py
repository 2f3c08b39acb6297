"""Clips on disk: built by workers or a cluster, read through maps, exported."""
