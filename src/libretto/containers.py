"""Whether an audio file ends before its own header says; libsndfile reads most such files without a word."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_MP3_SLACK = 2 * 1152  # samples; encoders and decoders disagree about the silence at the ends
_OGG_PAGE = 65_307  # largest page in bytes


def cut_short(path: Path, *, missing: int) -> bool:
    """Whether the audio file ``path`` was cut.

    Args:
        missing: frames that the reader promised and did not deliver.
    """
    size = path.stat().st_size
    with open(path, "rb") as file:
        head = file.read(12)
        if head[:4] == b"RIFF" and head[8:] == b"WAVE":
            return _wav(file, size)
        if head[:4] == b"OggS":
            file.seek(max(0, size - 2 * _OGG_PAGE))
            return _ogg(file.read())
        if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
            return missing > _MP3_SLACK and _mp3_states_length(file, head)
    return missing > 0


def _wav(file: BinaryIO, size: int) -> bool:
    """Walk the chunks up to "data". Sizes 0 and 2**32 - 1 are those of a pipe that did not know."""
    while len(header := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", header)
        if name == b"data":
            return length not in (0, 0xFFFFFFFF) and file.tell() + length > size
        file.seek(length + length % 2, 1)
    return True


def _ogg(tail: bytes) -> bool:
    """Whether the last page is incomplete (RFC 3533): 27 bytes, the lacing values, what they add up to."""
    start = tail.rfind(b"OggS")
    page = tail[start:]
    if start < 0 or len(page) < 27 or len(page) < 27 + page[26]:
        return True
    return len(page) < 27 + page[26] + sum(page[27 : 27 + page[26]])


def _mp3_states_length(file: BinaryIO, head: bytes) -> bool:
    """Whether the first frame is a Xing or Info frame; without one the reader's count is only a guess."""
    start = 0
    if head[:3] == b"ID3":  # the tag's size is four groups of seven bits
        start = 10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    file.seek(start)
    frame = file.read(4096)
    return b"Xing" in frame or b"Info" in frame
