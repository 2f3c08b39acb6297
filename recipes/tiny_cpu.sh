#!/usr/bin/env bash
# The whole road at the tiny preset, to see that it works: music composed in code, every part trained for a minute or
# less, tokens, stages, a weights folder, a take, figures. Some minutes on one core; what it plays is noise with a beat.
#
#     make test                                      # once: makes the environment
#     recipes/tiny_cpu.sh                            # into runs/tiny
#     HOURS=0.05 STEPS=20 recipes/tiny_cpu.sh DIR    # less of it, elsewhere
#
# It can be stopped and called again.
set -euo pipefail
cd "$(dirname "$0")/.."

HOURS="${HOURS:-0.17}"      # of music to learn from, in clips of 10 s
STEPS="${STEPS:-150}"       # of each part
RUNS="${1:-runs/tiny}"
DATA="$RUNS/data"
WEIGHTS="$RUNS/weights"
PRESET=tiny
source recipes/common.sh

once data libretto corpus build "$DATA" --hours "$HOURS" --seconds 10 --seed 1 --valid 0.1 --test 0.1 --workers 1

train codec-tokens --steps "$STEPS" --set batch=8 pool_seconds=400
train codec --steps "$STEPS" --set batch=8 adversarial_from=$((STEPS * 2 / 3))
train semantic --steps "$STEPS" --set batch=4 crop_seconds=4.0
train mulan --steps "$STEPS" --set batch=16
train tokens
for stage in semantic coarse fine; do
    train stage "$stage" --steps "$STEPS" --set batch_seconds=16.0
done

libretto export --runs "$RUNS" --preset "$PRESET" -o "$WEIGHTS"
libretto generate "groovy house with a four on the floor kick" --weights "$WEIGHTS" --seconds 5 --seed 7 -o "$RUNS/house.wav" \
    --spectrogram "$RUNS/house.png"
libretto evaluate mulan --data "$DATA" --weights "$WEIGHTS" -o "$RUNS/mulan.json"
libretto evaluate stages --data "$RUNS/tokens" --weights "$WEIGHTS" -o "$RUNS/stages.json"
libretto evaluate end-to-end --limit 2 --seeds 1 --seconds 3 --weights "$WEIGHTS" -o "$RUNS/end-to-end.json"
