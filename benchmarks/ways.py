"""How well do the ways in do what they promise? On the bundled weights, and on real sounds where a way begins from one.

    python benchmarks/ways.py [extend story sixty minutes loop vary inpaint draft best style pace tune bpm key chords melody]
                              [--sounds FOLDER] [--weights FOLDER] [--seeds 3] [-o figures.json]

Each part prints what it measures and how. Needs the corpus extra for keys and for composed tunes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from exact import TEMPI, bpm, chords, key, melody, share

from libretto import Extend, Inpaint, Libretto, Loop, Request, Vary, Waveform
from libretto.asked import CLEAR_BEAT
from libretto.audio import FORMATS
from libretto.key import chroma
from libretto.loudness import integrated_loudness
from libretto.tempo import RATE, agrees, beat_grid, onset_strength, tempo
from libretto.ways.extend import past_of
from libretto.ways.refine import open_draft, refined
from libretto.ways.source import encoded, open_source

STORIES = [
    ("calm solo piano, slow", "fast techno with a pounding kick"), ("gentle music box lullaby", "heavy distorted rock guitars and drums"),
    ("warm string orchestra, slow", "playful chiptune"), ("acoustic folk guitar", "drum and bass with a deep sub bass"),
]  # fmt: skip
LOOPS = ["groovy house with a four on the floor kick", "rock drums and electric guitar", "lo-fi hip hop beat", "jazz trio with brushes"]
AVOIDED = [
    ("rock band with electric guitars and drums", "drums"), ("energetic pop song", "electric guitar"), ("jazz trio", "saxophone"),
    ("dance music with a strong beat", "piano"), ("orchestral film music", "choir"), ("calm relaxing music", "piano"),
    ("happy music for children", "flute"), ("sad music", "strings"),
]  # fmt: skip
LENGTH = 12.0  # seconds of real sounds that are taken


def sounds(folder: Path | None) -> list[Path]:
    """Audio of the folder; ``--sounds`` may hold files that are cut short."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in FORMATS) if folder else []
    if not found:
        raise SystemExit("this part begins from real sounds: give a folder of them with --sounds")
    return found


def excerpts(model: Libretto, folder: Path | None, place: Path) -> Iterator[tuple[str, Path]]:
    """The first seconds of every sound, after the first three, as a file of its own."""
    for path in sounds(folder):
        audio = Waveform.load(path, sample_rate=model.sample_rate, mono=True, partial=True)
        start = 3.0 if audio.seconds > LENGTH + 3 else 0.0
        part = audio.trim(start=start, seconds=min(LENGTH, audio.seconds - start))
        if part.seconds < LENGTH - 4 or not np.isfinite(part.loudness()):
            continue
        target = place / f"{path.stem[:40]}.flac"
        part.save(target)
        yield path.stem[:30], target


def click(samples: np.ndarray, at: int, rate: int) -> float:
    """Largest second difference within 10 ms of ``at``, over the 99.9th percentile of those within a second: a click is far above 1."""
    bend = np.abs(np.diff(samples, n=2))
    near = bend[max(0, at - rate // 100) : at + rate // 100].max()
    return float(near / max(np.quantile(bend[max(0, at - rate) : at + rate], 0.999), 1e-9))


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / max(np.linalg.norm(one) * np.linalg.norm(other), 1e-9))


def same_tempo(one: float, other: float) -> bool:
    return one > 0 and other > 0 and any(abs(one / other / factor - 1) < 0.04 for factor in (0.5, 1.0, 2.0))


def kept(before: float, after: float) -> bool:
    """Within 3 %, half and double count."""
    return before > 0 and agrees(after, before, tolerance=0.03)


def extend(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """The first 3 s after the seam beside the last 3 s before it (loudness, pitch classes), 8 s for the tempo,
    also of those sources alone whose halves agree in theirs; a click at the seam."""
    rows, ends = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, path in excerpts(model, options.sounds, Path(folder)):
            for seed in range(options.seeds):
                request = Extend(source=str(path), seconds=8.0, seed=seed)
                seam, rate = past_of(model, request).seam, model.sample_rate
                samples = model.perform(request).audio.samples[0]
                before, after = samples[seam - 3 * rate : seam], samples[seam : seam + 3 * rate]
                ends.append((name, chroma(before, sample_rate=rate), chroma(after, sample_rate=rate)))
                earlier = samples[: 3 * rate]
                halves = samples[max(0, seam - 8 * rate) : seam], samples[seam:]
                rows.append({
                    "sound": name, "seed": seed, "click": click(samples, seam, rate),
                    "decibels": integrated_loudness(after[None], rate) - integrated_loudness(before[None], rate),
                    "decibels_within_source": integrated_loudness(before[None], rate) - integrated_loudness(earlier[None], rate),
                    "chroma": cosine(ends[-1][1], ends[-1][2]),
                    "chroma_within_source": cosine(chroma(before, sample_rate=rate), chroma(earlier, sample_rate=rate)),
                    "tempo": [tempo(part, sample_rate=rate) for part in halves],
                    "tempo_within_source": [tempo(part, sample_rate=rate) for part in (samples[: seam // 2], samples[seam // 2 : seam])],
                    "clarity": beat_grid(halves[0], rate).clarity,
                })  # fmt: skip
    strangers = [cosine(before, after) for name, before, _ in ends for other, _, after in ends if other != name]
    clear = [row for row in rows if row["clarity"] >= CLEAR_BEAT]
    steady = [row for row in clear if kept(*row["tempo_within_source"])]
    return {
        "takes": len(rows), "click_worst": max(row["click"] for row in rows),
        "within_2_dB": share(abs(row["decibels"]) <= 2 for row in rows),
        "within_2_dB_inside_the_source": share(abs(row["decibels_within_source"]) <= 2 for row in rows),
        "chroma_cosine": middle(row["chroma"] for row in rows), "chroma_cosine_to_other_sounds": middle(strangers),
        "chroma_cosine_inside_the_source": middle(row["chroma_within_source"] for row in rows),
        "tempo_kept": share(kept(*row["tempo"]) for row in rows), "sources_with_a_beat": len(clear),
        "tempo_kept_of_those": share(kept(*row["tempo"]) for row in clear),
        "sources_that_keep_theirs": len(steady), "tempo_kept_of_steady_sources": share(kept(*row["tempo"]) for row in steady), "rows": rows,
    }  # fmt: skip


def story(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Seconds after the change until windows of 3 s are nearer to the new words than to the old, by the joint embedding; the tempo on
    both sides, also of those changes alone that have a clear beat on both."""
    rows = []
    for old, new in STORIES:
        one, other = model.embed(old), model.embed(new)
        for seed in range(options.seeds):
            take = model.generate(old, seconds=26.0, seed=seed, at=[(12.0, new)])
            times = np.arange(6.0, 22.5, 0.5)
            lead = []
            for start in times:
                vector = model.embed(take.audio.trim(start=float(start), seconds=3.0))
                lead.append(float(vector @ other - vector @ one))
            late = [start - 12.0 for start, ahead in zip(times, lead, strict=True) if start >= 12.0 and ahead > 0]
            halves = [take.audio.trim(seconds=12.0).samples[0], take.audio.trim(start=14.0).samples[0]]
            heard = [tempo(half, sample_rate=model.sample_rate) for half in halves]
            clarity = [beat_grid(half, model.sample_rate, bpm=found).clarity for half, found in zip(halves, heard)]
            rows.append({"old": old, "new": new, "seed": seed, "overtakes_after": late[0] if late else None,
                         "old_leads_before": bool(lead[0] < 0), "tempo": heard, "clarity": clarity})  # fmt: skip
    clear = [row for row in rows if min(row["clarity"]) >= CLEAR_BEAT]
    overtaken = share(row["overtakes_after"] is not None and row["overtakes_after"] <= 5 for row in rows)
    return {"changes": len(rows), "overtaken_within_5_s": overtaken,
            "old_style_heard_before": share(row["old_leads_before"] for row in rows),
            "tempo_kept": share(kept(*row["tempo"]) for row in rows), "with_a_beat_on_both_sides": len(clear),
            "tempo_kept_of_those": share(kept(*row["tempo"]) for row in clear), "rows": rows}  # fmt: skip


def minutes(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Five minutes: loudness and nearness to the words of every half minute."""
    rows = []
    for prompt in LOOPS[: options.seeds]:
        take = model.generate(prompt, seconds=300.0, seed=1)
        wanted = model.embed(prompt)
        parts = [take.audio.trim(start=30.0 * part, seconds=30.0) for part in range(10)]
        rows.append({"prompt": prompt, "lufs": [round(part.loudness(), 1) for part in parts],
                     "nearness": [round(float(model.embed(part) @ wanted), 3) for part in parts]})  # fmt: skip
    return {"rows": rows}


def sixty(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Sixty seconds in thirds: tempo against the one asked for, pitch classes of the last third beside the first (and beside those of
    other takes), nearness to the words."""
    rows, ends = [], []
    for prompt, asked in TEMPI:
        for seed in range(options.seeds):
            take, wanted, rate = model.generate(prompt, seconds=60.0, seed=seed, bpm=asked), model.embed(prompt), model.sample_rate
            thirds = [take.audio.trim(start=20.0 * part, seconds=20.0) for part in range(3)]
            ends.append([chroma(part.samples[0], sample_rate=rate) for part in (thirds[0], thirds[2])])
            rows.append({
                "prompt": prompt, "seed": seed, "asked": asked, "tempo": [tempo(part.samples[0], sample_rate=rate) for part in thirds],
                "clarity": [beat_grid(part.samples[0], rate).clarity for part in thirds], "chroma": cosine(*ends[-1]),
                "nearness": [float(model.embed(part) @ wanted) for part in thirds], "lufs": [part.loudness() for part in thirds],
            })  # fmt: skip
    heard = [(found, row["asked"]) for row in rows for found, clear in zip(row["tempo"], row["clarity"]) if clear >= CLEAR_BEAT]
    strangers = [cosine(one[0], other[1]) for at, one in enumerate(ends) for to, other in enumerate(ends) if at != to]
    return {"takes": len(rows), "thirds_with_a_beat": len(heard) / max(1, 3 * len(rows)),
            "thirds_within_3_percent": share(agrees(found, asked, tolerance=0.03) for found, asked in heard),
            "chroma_first_to_last": middle(row["chroma"] for row in rows), "chroma_to_other_takes": middle(strangers),
            "nearness": np.mean([row["nearness"] for row in rows], axis=0).round(3).tolist(),
            "loudness_change": middle(abs(row["lufs"][2] - row["lufs"][0]) for row in rows), "rows": rows}  # fmt: skip


def loop(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Spectral flux at the seam of a loop played twice beside that at its other bar lines; how far the pace was stretched."""
    rows = []
    for prompt in LOOPS:
        for seed in range(options.seeds):
            request = Loop(prompt, bars=4, bpm=120.0, seed=seed)
            samples = model.perform(request).audio.samples[0]
            length, bar = len(samples), request.bar_seconds
            twice = np.concatenate([samples, samples])
            strength = onset_strength(twice, sample_rate=model.sample_rate).sum(axis=0)
            near = [strength[max(0, round(line * bar * RATE) - 6) : round(line * bar * RATE) + 7].max() for line in range(1, 8)]
            others = [value for line, value in enumerate(near, 1) if line != 4]
            rows.append({
                "prompt": prompt, "seed": seed, "exact": length == round(16 * 60 / 120 * model.sample_rate),
                "click": click(twice, length, model.sample_rate), "loudest_line": bool(near[3] > max(others)),
                "flux_over_other_lines": float(near[3] / max(np.median(others), 1e-9)),
                "tempo": tempo(np.tile(samples, 3), sample_rate=model.sample_rate),
            })  # fmt: skip
    return {"loops": len(rows), "exact_length": share(row["exact"] for row in rows), "click_worst": max(row["click"] for row in rows),
            "flux_over_other_lines": middle(row["flux_over_other_lines"] for row in rows),
            "seam_is_the_loudest_line": share(row["loudest_line"] for row in rows), "by_chance": 1 / 4,
            "tempo_as_asked": share(same_tempo(row["tempo"], 120.0) for row in rows), "rows": rows}  # fmt: skip


def vary(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Likeness to the source by strength: pitch classes over time, the joint embedding, and spectra."""
    strengths = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    table: dict[str, list[list[float]]] = {"chroma": [], "embedding": [], "mel_decibels": []}
    with tempfile.TemporaryDirectory() as folder:
        for _, path in excerpts(model, options.sounds, Path(folder)):
            source = Waveform.load(path)
            for measure, row in _likeness(model, source, path, strengths, options.seeds).items():
                table[measure].append(row)
    means = {name: [round(float(value), 4) for value in np.mean(rows, axis=0)] for name, rows in table.items()}
    sign = {"chroma": 1, "embedding": 1, "mel_decibels": -1}
    falls = {name: share(all(sign[name] * np.diff(row) < 0.01) for row in rows) for name, rows in table.items()}
    return {"strengths": strengths, "mean": means, "falls_for": falls}


def _likeness(model: Libretto, source: Waveform, path: Path, strengths: list[float], seeds: int) -> dict[str, list[float]]:
    from libretto.config import MelSpec
    from libretto.features import log_mel

    spec = MelSpec(window=1024, bands=80)
    rate, home = model.sample_rate, model.embed(source)
    pieces = range(0, source.samples.shape[1] - 2 * rate, 2 * rate)
    notes = [chroma(source.samples[0, start : start + 2 * rate], sample_rate=rate) for start in pieces]
    level = log_mel(source.samples[0], spec)
    result: dict[str, list[float]] = {"chroma": [], "embedding": [], "mel_decibels": []}
    for strength in strengths:
        takes = [model.perform(Vary(source=str(path), strength=strength, seed=seed)).audio for seed in range(seeds)]
        result["embedding"].append(float(np.mean([cosine(model.embed(take), home) for take in takes])))
        heard = [cosine(chroma(take.samples[0, start : start + 2 * rate], sample_rate=rate), told)
                 for take in takes for start, told in zip(pieces, notes, strict=True)]  # fmt: skip
        result["chroma"].append(float(np.mean(heard)))
        far = [np.abs(log_mel(take.samples[0], spec) - level).mean() * 20 for take in takes]
        result["mel_decibels"].append(float(np.mean(far)))
    return result


def inpaint(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Outside the gap: the difference to the codec's own voice. At its ends: clicks, beside those of the voice alone (a drum is none).
    Inside: pitch classes beside the 2 s around it."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, path in excerpts(model, options.sounds, Path(folder)):
            source, rate = open_source(model, path), model.sample_rate
            tokens = encoded(model, source.levelled())
            voice = model.decode(np.concatenate([tokens["coarse"], tokens["fine"]])).samples[0] / source.gain
            voice = voice[: len(source.samples)]
            around = chroma(np.concatenate([source.samples[2 * rate : 4 * rate], source.samples[7 * rate : 9 * rate]]), sample_rate=rate)
            own = cosine(chroma(source.samples[4 * rate : 7 * rate], sample_rate=rate), around)
            for tries in (1, 4):
                samples = model.perform(Inpaint(source=str(path), start=4.0, stop=7.0, tries=tries)).audio.samples[0]
                outside = np.r_[0 : 4 * rate, 7 * rate : len(samples)]
                inside = np.abs(voice[outside]) < 0.9  # louder ones are bent by the limiter
                rows.append({
                    "sound": name, "tries": tries, "outside": float(np.abs(samples - voice)[outside][inside].max()),
                    "click": max(click(samples, 4 * rate, rate), click(samples, 7 * rate, rate)),
                    "click_of_voice": max(click(voice, 4 * rate, rate), click(voice, 7 * rate, rate)),
                    "chroma": cosine(chroma(samples[4 * rate : 7 * rate], sample_rate=rate), around), "chroma_of_source": own,
                })  # fmt: skip
    worst = max(rows, key=lambda row: row["click"])
    report: dict[str, Any] = {"outside_worst": max(row["outside"] for row in rows), "click_worst": worst["click"],
                              "click_there_of_the_voice_alone": worst["click_of_voice"]}
    for tries in (1, 4):
        report[f"chroma_cosine_{tries}_tries"] = middle(row["chroma"] for row in rows if row["tries"] == tries)
    return report | {"chroma_cosine_of_the_source": middle(row["chroma_of_source"] for row in rows), "rows": rows}


def draft(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """A draft and its refinement: the same samples as at once, and the time each takes."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seeds):
            times, takes = [], []
            for asked in ({"draft": True}, {}):
                since = time.perf_counter()
                takes.append(model.generate(LOOPS[0], seconds=10.0, seed=seed, **asked))
                times.append(time.perf_counter() - since)
            takes[0].save(Path(folder) / "draft.npz")
            since = time.perf_counter()
            done = refined(model, open_draft(Path(folder) / "draft.npz"))
            rows.append({"equal": done.audio.samples.tobytes() == takes[1].audio.samples.tobytes(), "draft_s": times[0],
                         "at_once_s": times[1], "refine_s": time.perf_counter() - since})  # fmt: skip
    return {"equal": all(row["equal"] for row in rows), "rows": rows}


def best(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Nearness to the words of the first of four takes and of the best of them."""
    rows = []
    for prompt in [prompt for pair in STORIES for prompt in pair]:
        takes = [model.perform(Request(prompt, seconds=10.0, seed=5), take=number) for number in range(4)]
        nearness = [float(model.embed(take.audio) @ model.embed(prompt)) for take in takes]
        rows.append({"prompt": prompt, "first": nearness[0], "best": max(nearness)})
    return {"first": middle(row["first"] for row in rows), "best_of_4": middle(row["best"] for row in rows), "rows": rows}


def style(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Nearness to an example with and without it; nearness to what is to be avoided with and without saying so."""
    likes, avoids = [], []
    for (prompt, other), seed in [(pair, seed) for pair in AVOIDED for seed in range(options.seeds)]:
        plain = model.embed(model.generate(prompt, seconds=10.0, seed=seed).audio)
        away = model.embed(model.generate(prompt, seconds=10.0, seed=seed, avoid=other).audio)
        unwanted = model.embed(other)
        avoids.append([float(plain @ unwanted), float(away @ unwanted)])
        if options.sounds is not None:
            found = [path for path in sounds(options.sounds) if path.suffix != ".mp3"]  # some of these are cut short
            path = found[len(avoids) % len(found)]
            example = model.embed(Waveform.load(path))
            like = model.embed(model.generate(prompt, seconds=10.0, seed=seed, like=[(str(path), 2.0)]).audio)
            likes.append([float(plain @ example), float(like @ example)])
    report: dict[str, Any] = {"unwanted_without_and_with_avoid": np.mean(avoids, axis=0).round(3).tolist(),
                              "avoid_helps": share(with_it < without for without, with_it in avoids)}  # fmt: skip
    if likes:
        report |= {"example_without_and_with_like": np.mean(likes, axis=0).round(3).tolist(),
                   "like_helps": share(with_it > without for without, with_it in likes)}  # fmt: skip
    return report


def pace(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Spectra played at another pace: how far log-mels are from those of the plain decoding at the same places, in decibels."""
    from libretto.config import MelSpec
    from libretto.features import log_mel

    spec, report = MelSpec(window=1024, bands=80), {}
    takes = [model.generate(prompt, seconds=8.0, seed=1) for prompt in LOOPS]
    for factor in (0.77, 0.9, 1.0, 1.02, 1.1, 1.3):
        far = []
        for take in takes:
            frames = int(8.0 * 100 / factor)
            slow = model.codec.decode_warped(take.acoustic, np.arange(frames) * factor)
            level, plain = log_mel(slow, spec), log_mel(take.audio.samples[0], spec)
            places = np.minimum((np.arange(len(level)) * factor).round().astype(int), len(plain) - 1)  # within 5 ms
            far.append(float(np.abs(level - plain[places])[20:-20].mean() * 20))
        report[f"{factor:g}"] = round(float(np.mean(far)), 3)
    return {"decibels": report}


TUNES = ["folk", "jazz swing", "rock", "lullaby", "house", "soul", "country", "string quartet", "waltz", "bossa nova", "synthwave"]


def tune(model: Libretto, options: argparse.Namespace) -> dict[str, Any]:
    """Transcription of composed music: F of notes right in pitch and within 0.1 s, from the tune's stem and from the whole mix."""
    from libretto.corpus.composing.compose import compose
    from libretto.corpus.sound.render import render
    from libretto.transcribe import transcribe

    rows = []
    for style, seed in [(style, 20 + seed) for style in TUNES for seed in range(options.seeds)]:
        score = compose(style=style, seed=seed, seconds=15.0)
        melody = next((part for part in score.parts if part.role == "melody" and len(part.notes) > 3), None)
        if melody is None:
            continue
        rendered = render(score, stems=True)
        truth = [(note.start, note.pitch) for note in melody.notes]
        row: dict[str, Any] = {"style": style, "seed": seed}
        for name, audio in (("stem", rendered.stems["melody"]), ("mix", rendered.audio)):
            audio = audio if isinstance(audio, Waveform) else Waveform(audio, rendered.audio.sample_rate)
            row[name] = _matched([(note.start, note.pitch) for note in transcribe(audio).notes], truth)
        rows.append(row)
    return {"pieces": len(rows), "stem": middle(row["stem"] for row in rows), "mix": middle(row["mix"] for row in rows), "rows": rows}


def _matched(found: list[tuple[float, int]], truth: list[tuple[float, int]]) -> float:
    left, hits = list(truth), 0
    for start, pitch in found:
        near = next((note for note in left if note[1] == pitch and abs(note[0] - start) <= 0.1), None)
        if near is not None:
            left.remove(near)
            hits += 1
    return 2 * hits / max(1, len(found) + len(truth))


def middle(values: Any) -> float:
    return round(float(np.median(list(values))), 4)


PARTS: dict[str, Callable[[Libretto, argparse.Namespace], dict[str, Any]]] = {
    part.__name__: part
    for part in (extend, story, sixty, minutes, loop, vary, inpaint, draft, best, style, pace, tune, bpm, key, chords, melody)
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[], help="default: all")
    parser.add_argument("--sounds", type=Path, help="a folder of real sounds")
    parser.add_argument("--weights", type=Path, help="a weights folder other than the bundled one")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    parser.add_argument("-o", "--output", type=Path, help="also write all rows as JSON")
    options = parser.parse_args()
    model, figures = Libretto.load(options.weights, threads=options.threads), {}
    for name in options.parts or PARTS:
        since = time.perf_counter()
        figures[name] = PARTS[name](model, options)
        print(f"{name} ({time.perf_counter() - since:.0f} s): {PARTS[name].__doc__}")
        for measure, value in figures[name].items():
            if measure != "rows":
                print(f"  {measure}: {value}")
        for row in figures[name].get("rows", []) if name in ("minutes", "draft") else []:
            print(f"  {row}")
    if options.output is not None:
        options.output.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
