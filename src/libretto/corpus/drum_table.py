"""The table of drum machines, and where each General MIDI drum stands in a kit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """Ranges the seed draws from. Pairs are (low, high); hertz and seconds."""

    kick_top: tuple[float, float]
    kick_base: tuple[float, float]
    kick_sweep: float
    kick_decay: tuple[float, float]
    kick_click: tuple[float, float]
    snare_tone: tuple[float, float]
    snare_ring: float
    snare_decay: tuple[float, float]
    snare_noise: float  # 0 tone .. 1 noise
    hat_decay: tuple[float, float]
    open_decay: tuple[float, float]
    metal: float  # 0 noise .. 1 square-wave metal
    drive: float = 1.4
    bits: int = 0  # 0: no reduction
    dull_hz: float = 0.0  # 0: full band


MACHINES: dict[str, Machine] = {
    "909": Machine(
        (180, 260),
        (46, 56),
        0.028,
        (0.15, 0.25),
        (0.1, 0.3),
        (170, 215),
        0.07,
        (0.1, 0.17),
        0.6,
        (0.025, 0.05),
        (0.18, 0.32),
        0.5,
        1.6,
    ),
    "808": Machine(
        (110, 150),
        (42, 50),
        0.03,
        (0.28, 0.5),
        (0.03, 0.15),
        (165, 190),
        0.09,
        (0.08, 0.14),
        0.5,
        (0.02, 0.04),
        (0.2, 0.35),
        0.8,
        1.5,
    ),
    "eighties": Machine(
        (140, 180),
        (50, 58),
        0.02,
        (0.12, 0.18),
        (0.15, 0.35),
        (160, 190),
        0.12,
        (0.2, 0.3),
        0.65,
        (0.03, 0.05),
        (0.2, 0.3),
        0.4,
        1.6,
    ),
    "breakbeat": Machine(
        (150, 200),
        (55, 68),
        0.018,
        (0.08, 0.14),
        (0.2, 0.4),
        (190, 235),
        0.06,
        (0.07, 0.13),
        0.6,
        (0.03, 0.05),
        (0.14, 0.25),
        0.3,
        2.2,
        10,
        8500.0,
    ),
    "chip": Machine(
        (350, 420),
        (55, 65),
        0.02,
        (0.08, 0.12),
        (0.0, 0.0),
        (200, 240),
        0.04,
        (0.06, 0.1),
        0.9,
        (0.015, 0.03),
        (0.08, 0.13),
        0.0,
        1.0,
    ),
    "acoustic": Machine(
        (110, 140),
        (54, 66),
        0.015,
        (0.1, 0.17),
        (0.25, 0.5),
        (175, 225),
        0.1,
        (0.1, 0.18),
        0.62,
        (0.03, 0.06),
        (0.25, 0.4),
        0.25,
        1.2,
    ),
    "brushes": Machine(
        (100, 120),
        (58, 70),
        0.012,
        (0.08, 0.13),
        (0.05, 0.15),
        (180, 220),
        0.05,
        (0.13, 0.22),
        0.88,
        (0.03, 0.05),
        (0.2, 0.3),
        0.2,
        1.0,
        0,
        9000.0,
    ),
    "orchestral": Machine(
        (80, 95),
        (44, 52),
        0.03,
        (0.4, 0.7),
        (0.02, 0.06),
        (190, 230),
        0.08,
        (0.14, 0.2),
        0.75,
        (0.05, 0.08),
        (0.4, 0.6),
        0.2,
        1.0,
    ),
    "lofi": Machine(
        (130, 170),
        (52, 62),
        0.02,
        (0.1, 0.18),
        (0.08, 0.2),
        (170, 215),
        0.06,
        (0.07, 0.12),
        0.6,
        (0.025, 0.045),
        (0.12, 0.2),
        0.3,
        1.8,
        9,
        5500.0,
    ),
}

# Percussion by the name of what is hit; `drum_machines` gives each its own bodies.
MACHINES["latin"] = MACHINES["samba"] = MACHINES["cajon"] = MACHINES["afro"] = MACHINES["acoustic"]
MACHINES["marching"] = MACHINES["taiko"] = MACHINES["orchestral"]

LEVELS = {
    36: 1.0,
    38: 0.85,
    39: 0.6,
    37: 0.5,
    42: 0.3,
    44: 0.22,
    46: 0.34,
    49: 0.42,
    51: 0.3,
    53: 0.3,
    54: 0.3,
    55: 0.35,
    56: 0.35,
    70: 0.25,
    75: 0.45,
    82: 0.25,
}
PANS = {
    42: 0.2,
    44: 0.2,
    46: 0.2,
    51: -0.3,
    53: -0.3,
    49: -0.35,
    57: 0.35,
    55: 0.3,
    54: 0.35,
    56: -0.2,
    60: 0.3,
    61: 0.35,
    62: -0.3,
    63: -0.3,
    64: -0.35,
    70: 0.4,
    75: -0.3,
    82: 0.35,
    41: 0.3,
    43: 0.2,
    45: 0.1,
    47: -0.05,
    48: -0.15,
    50: -0.25,
}
ALIASES = {
    35: 36,
    40: 38,
    57: 49,
    52: 49,
    59: 51,
    69: 82,
    65: 48,
    66: 45,
    77: 76,
    68: 67,
    81: 80,
    79: 63,
    78: 63,
}
TOMS = {41: 82.0, 43: 100.0, 45: 122.0, 47: 145.0, 48: 172.0, 50: 205.0}
HANDS = {60: 400.0, 61: 290.0, 62: 330.0, 63: 300.0, 64: 205.0}
CLICKS = {75: 2500.0, 76: 880.0, 67: 1500.0, 37: 1700.0, 56: 560.0, 80: 4200.0}
