"""The independent judge: a small listener that says of a clip which style, mood, lead and instruments it hears, and whether drums.

It has ears of its own (constant-Q patches, modulation spectra, cepstra, pitch classes), other seeds and other soundfonts than
the model's towers have, so that a model cannot please it by pleasing its own towers. numpy alone listens; torch trains.
"""
