"""What all sources of music have in common, and the composed one."""
