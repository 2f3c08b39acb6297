"""MIDI files for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

mido = pytest.importorskip("mido")
C_MAJOR = (60, 64, 67, 72, 71, 67, 65, 62)


def write_midi(
    path: Path, *, bars: int = 8, drums: bool = False, metre: tuple[int, int] = (4, 4), bpm: float = 100.0
) -> Path:
    """A clarinet scale over a double bass, and a kick on every quarter where asked."""
    file = mido.MidiFile(ticks_per_beat=480)
    head = mido.MidiTrack(
        [
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)),
            mido.MetaMessage("time_signature", numerator=metre[0], denominator=metre[1]),
        ]
    )
    file.tracks.append(head)
    eighths = bars * metre[0] * 8 // metre[1]
    for channel, program, pitches, length in ((0, 71, C_MAJOR, 240), (1, 43, (36, 43), 960)):
        track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
        for index in range(eighths * 240 // length):
            pitch = pitches[index % len(pitches)]
            track += [
                mido.Message("note_on", channel=channel, note=pitch, velocity=80),
                mido.Message("note_off", channel=channel, note=pitch, time=length),
            ]
        file.tracks.append(track)
    if drums:
        track = mido.MidiTrack()
        for _ in range(eighths // 2):
            track += [
                mido.Message("note_on", channel=9, note=36, velocity=90),
                mido.Message("note_off", channel=9, note=36, time=480),
            ]
        file.tracks.append(track)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)
    return path
