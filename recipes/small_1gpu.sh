#!/usr/bin/env bash
# Preset small on one large GPU (80 GB or more) in about half an hour of training, after the corpus.
#
#     pip install -e '.[train]'                      # with a torch for CUDA
#     recipes/small_1gpu.sh                          # into runs/small-gpu
#
# The corpus comes first, on all cores. Then codec, semantic and MuLan share the card, then the three stages. Each trains
# for its minutes at the full rate, and then for two thirds as many steps again while the rate falls to nothing: a slower
# card makes fewer steps, not a longer evening. Batches and minutes are ours and meant for such a card; the bundled model
# was made by small_cpu.sh. It can be stopped and called again.
set -euo pipefail
cd "$(dirname "$0")/.."

HOURS="${HOURS:-100}"
DEVICE="${DEVICE:-cuda}"
PART_MINUTES="${PART_MINUTES:-8}"        # of codec, semantic and MuLan at the full rate; two thirds of it follow
STAGE_MINUTES="${STAGE_MINUTES:-9}"      # of each stage, likewise
CORES="$(nproc)"
SOUNDFONTS="${SOUNDFONTS-}"              # files or folders, separated by spaces

RUNS="${1:-runs/small-gpu}"
DATA="$RUNS/data"
WEIGHTS="$RUNS/weights"
PRESET=small
source recipes/common.sh
polite() { "$@"; }

# budget MINUTES PART [STAGE] [OPTION...]: at the full rate for so long, then down to zero.
budget() {
    local minutes="$1" name="$2" step
    shift
    if [ "$1" = stage ]; then name="stage-$2"; fi
    local command=(libretto train "$@" --data "$DATA" --runs "$RUNS" --preset "$PRESET" --device "$DEVICE" --threads 4)
    once "$name-level" "${command[@]}" --steps 1000000000 --minutes "$minutes"
    local total="$RUNS/.done/$name-total"
    if [ ! -e "$total" ]; then
        step="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["step"])' "$RUNS/$name/checkpoint/config.json")"
        echo $((step * 5 / 3)) > "$total"
    fi
    once "$name" "${command[@]}" --steps "$(cat "$total")"
}

once data libretto corpus build "$DATA" --hours "$HOURS" --seconds 20 --seed 1 --workers "$CORES" "${fonts[@]}"

train codec-tokens --device "$DEVICE" --steps 1000 --set batch=64
budget "$PART_MINUTES" codec --set batch=128 adversarial_from=3000 & codec=$!
budget "$PART_MINUTES" semantic --set batch=64 & semantic=$!
budget "$PART_MINUTES" mulan --set batch=512 & mulan=$!
finish "$semantic" "$mulan"
train tokens --threads "$CORES"
finish "$codec"

budget "$STAGE_MINUTES" stage semantic --set batch_seconds=640.0 strays=0.6 & one=$!
budget "$STAGE_MINUTES" stage coarse --set batch_seconds=320.0 strays=0.6 & two=$!
budget "$STAGE_MINUTES" stage fine --set batch_seconds=256.0 strays=0.6 & three=$!
finish "$one" "$two" "$three"

libretto export --runs "$RUNS" --preset "$PRESET" -o "$WEIGHTS"
libretto evaluate mulan --data "$DATA" --weights "$WEIGHTS" -o "$RUNS/mulan.json"
libretto evaluate stages --data "$RUNS/tokens" --weights "$WEIGHTS" -o "$RUNS/stages.json"
libretto evaluate end-to-end --weights "$WEIGHTS" -o "$RUNS/end-to-end.json" --keep "$RUNS/takes"
