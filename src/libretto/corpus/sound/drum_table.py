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
        kick_top=(180, 260), kick_base=(46, 56), kick_sweep=0.028, kick_decay=(0.15, 0.25),
        kick_click=(0.1, 0.3), snare_tone=(170, 215), snare_ring=0.07, snare_decay=(0.1, 0.17),
        snare_noise=0.6, hat_decay=(0.025, 0.05), open_decay=(0.18, 0.32), metal=0.5, drive=1.6,
    ),
    "808": Machine(
        kick_top=(110, 150), kick_base=(42, 50), kick_sweep=0.03, kick_decay=(0.28, 0.5),
        kick_click=(0.03, 0.15), snare_tone=(165, 190), snare_ring=0.09, snare_decay=(0.08, 0.14),
        snare_noise=0.5, hat_decay=(0.02, 0.04), open_decay=(0.2, 0.35), metal=0.8, drive=1.5,
    ),
    "eighties": Machine(
        kick_top=(140, 180), kick_base=(50, 58), kick_sweep=0.02, kick_decay=(0.12, 0.18),
        kick_click=(0.15, 0.35), snare_tone=(160, 190), snare_ring=0.12, snare_decay=(0.2, 0.3),
        snare_noise=0.65, hat_decay=(0.03, 0.05), open_decay=(0.2, 0.3), metal=0.4, drive=1.6,
    ),
    "breakbeat": Machine(
        kick_top=(150, 200), kick_base=(55, 68), kick_sweep=0.018, kick_decay=(0.08, 0.14),
        kick_click=(0.2, 0.4), snare_tone=(190, 235), snare_ring=0.06, snare_decay=(0.07, 0.13),
        snare_noise=0.6, hat_decay=(0.03, 0.05), open_decay=(0.14, 0.25), metal=0.3, drive=2.2, bits=10,
        dull_hz=8500.0,
    ),
    "chip": Machine(
        kick_top=(350, 420), kick_base=(55, 65), kick_sweep=0.02, kick_decay=(0.08, 0.12),
        kick_click=(0.0, 0.0), snare_tone=(200, 240), snare_ring=0.04, snare_decay=(0.06, 0.1),
        snare_noise=0.9, hat_decay=(0.015, 0.03), open_decay=(0.08, 0.13), metal=0.0, drive=1.0,
    ),
    "acoustic": Machine(
        kick_top=(110, 140), kick_base=(54, 66), kick_sweep=0.015, kick_decay=(0.1, 0.17),
        kick_click=(0.25, 0.5), snare_tone=(175, 225), snare_ring=0.1, snare_decay=(0.1, 0.18),
        snare_noise=0.62, hat_decay=(0.03, 0.06), open_decay=(0.25, 0.4), metal=0.25, drive=1.2,
    ),
    "brushes": Machine(
        kick_top=(100, 120), kick_base=(58, 70), kick_sweep=0.012, kick_decay=(0.08, 0.13),
        kick_click=(0.05, 0.15), snare_tone=(180, 220), snare_ring=0.05, snare_decay=(0.13, 0.22),
        snare_noise=0.88, hat_decay=(0.03, 0.05), open_decay=(0.2, 0.3), metal=0.2, drive=1.0,
        dull_hz=9000.0,
    ),
    "orchestral": Machine(
        kick_top=(80, 95), kick_base=(44, 52), kick_sweep=0.03, kick_decay=(0.4, 0.7),
        kick_click=(0.02, 0.06), snare_tone=(190, 230), snare_ring=0.08, snare_decay=(0.14, 0.2),
        snare_noise=0.75, hat_decay=(0.05, 0.08), open_decay=(0.4, 0.6), metal=0.2, drive=1.0,
    ),
    "lofi": Machine(
        kick_top=(130, 170), kick_base=(52, 62), kick_sweep=0.02, kick_decay=(0.1, 0.18),
        kick_click=(0.08, 0.2), snare_tone=(170, 215), snare_ring=0.06, snare_decay=(0.07, 0.12),
        snare_noise=0.6, hat_decay=(0.025, 0.045), open_decay=(0.12, 0.2), metal=0.3, drive=1.8, bits=9,
        dull_hz=5500.0,
    ),
    "latin": Machine(
        kick_top=(110, 140), kick_base=(54, 66), kick_sweep=0.015, kick_decay=(0.08, 0.13),
        kick_click=(0.25, 0.5), snare_tone=(210, 260), snare_ring=0.1, snare_decay=(0.1, 0.18),
        snare_noise=0.5, hat_decay=(0.03, 0.06), open_decay=(0.25, 0.4), metal=0.25, drive=1.2,
    ),
    "samba": Machine(
        kick_top=(110, 140), kick_base=(50, 60), kick_sweep=0.015, kick_decay=(0.1, 0.17),
        kick_click=(0.25, 0.5), snare_tone=(175, 225), snare_ring=0.1, snare_decay=(0.1, 0.18),
        snare_noise=0.62, hat_decay=(0.03, 0.06), open_decay=(0.25, 0.4), metal=0.25, drive=1.2,
    ),
    "afro": Machine(
        kick_top=(110, 140), kick_base=(54, 66), kick_sweep=0.015, kick_decay=(0.1, 0.17),
        kick_click=(0.25, 0.5), snare_tone=(175, 225), snare_ring=0.1, snare_decay=(0.1, 0.18),
        snare_noise=0.62, hat_decay=(0.03, 0.06), open_decay=(0.25, 0.4), metal=0.25, drive=1.2,
    ),
    "cajon": Machine(
        kick_top=(100, 120), kick_base=(58, 70), kick_sweep=0.012, kick_decay=(0.08, 0.13),
        kick_click=(0.05, 0.15), snare_tone=(180, 220), snare_ring=0.05, snare_decay=(0.13, 0.22),
        snare_noise=0.88, hat_decay=(0.03, 0.05), open_decay=(0.2, 0.3), metal=0.2, drive=1.0,
        dull_hz=9000.0,
    ),
    "marching": Machine(
        kick_top=(80, 95), kick_base=(44, 52), kick_sweep=0.03, kick_decay=(0.4, 0.7),
        kick_click=(0.02, 0.06), snare_tone=(240, 300), snare_ring=0.08, snare_decay=(0.14, 0.2),
        snare_noise=0.7, hat_decay=(0.05, 0.08), open_decay=(0.4, 0.6), metal=0.2, drive=1.0,
    ),
    "taiko": Machine(
        kick_top=(80, 95), kick_base=(44, 52), kick_sweep=0.03, kick_decay=(0.4, 0.7),
        kick_click=(0.02, 0.06), snare_tone=(190, 230), snare_ring=0.08, snare_decay=(0.14, 0.2),
        snare_noise=0.75, hat_decay=(0.05, 0.08), open_decay=(0.4, 0.6), metal=0.2, drive=1.0,
    ),
}  # fmt: skip

# How loud each drum stands, where it pans, and which one stands in for which.
LEVELS = {
    36: 1.0, 38: 0.85, 39: 0.6, 37: 0.5, 42: 0.3, 44: 0.22, 46: 0.34, 49: 0.42, 51: 0.3, 53: 0.3, 54: 0.3, 55: 0.35,
    56: 0.35, 58: 0.3, 67: 0.3, 68: 0.3, 69: 0.25, 70: 0.28, 71: 0.3, 72: 0.3, 73: 0.3, 74: 0.3, 75: 0.4, 76: 0.4,
    77: 0.4, 78: 0.35, 79: 0.35, 80: 0.25, 81: 0.25, 82: 0.25, 83: 0.25, 85: 0.35, 86: 0.85, 87: 0.9,
}  # fmt: skip
PANS = {
    42: 0.2, 44: 0.2, 46: 0.2, 51: -0.3, 53: -0.3, 49: -0.35, 57: 0.35, 55: 0.3, 54: 0.35, 56: -0.2, 60: 0.3, 61: 0.35,
    62: -0.3, 63: -0.3, 64: -0.35, 65: 0.2, 66: 0.1, 67: 0.4, 68: 0.35, 69: -0.4, 70: 0.4, 73: -0.25, 74: -0.25,
    75: -0.3, 76: 0.25, 79: -0.2, 82: 0.35, 41: 0.3, 43: 0.2, 45: 0.1, 47: -0.05, 48: -0.15, 50: -0.25,
}  # fmt: skip
ALIASES = {35: 36, 40: 38, 57: 49, 52: 49, 59: 51}
TOMS = {41: 82.0, 43: 100.0, 45: 122.0, 47: 145.0, 48: 172.0, 50: 205.0}
RIM = 1700.0
ALIKE = ("909", "808", "eighties", "breakbeat", "chip", "lofi")  # machines whose every stroke is the same sample
