#!/usr/bin/env bash
# How the bundled model was begun (onto_bundled.sh is how it went on): preset small on two CPU cores, one training on each, one thread
# a training.
#
#     make test                                      # once: makes the environment
#     apt install fluid-soundfont-gm musescore-general-soundfont-small csound-soundfont
#     recipes/small_cpu.sh                           # into runs/small; the weights land in runs/small/weights
#
# It can be stopped at any moment and called again: every step goes on bit-equal from its checkpoint, the corpus from its
# last clip, the tokens from their last clip. Without the soundfonts set SOUNDFONTS= and the built-in synthesis plays alone.
set -euo pipefail
cd "$(dirname "$0")/.."

HOURS="${HOURS:-12}"                # of music to learn from: 2,160 clips of 20 s
HELD_OUT_HOURS="${HELD_OUT_HOURS:-2.777}"   # of music to judge by: 1,000 clips of 10 s by another seed
CODEC_TOKENS_STEPS="${CODEC_TOKENS_STEPS:-500}"
CODEC_STEPS="${CODEC_STEPS:-3000}"
ADVERSARIAL_FROM="${ADVERSARIAL_FROM:-1800}"
SEMANTIC_STEPS="${SEMANTIC_STEPS:-1600}"
MULAN_STEPS="${MULAN_STEPS:-640}"
# Steps of a stage on true pasts, and in all: in the rest, pasts have gone astray in parts.
STAGE_SEMANTIC_STEPS="${STAGE_SEMANTIC_STEPS:-1700 2550}"
STAGE_COARSE_STEPS="${STAGE_COARSE_STEPS:-1450 2450}"
STAGE_FINE_STEPS="${STAGE_FINE_STEPS:-900 1300}"
SOUNDFONTS="${SOUNDFONTS-/usr/share/sounds/sf2/FluidR3_GM.sf2 /usr/share/sounds/sf3/MuseScore_General_Lite.sf3 /usr/share/sounds/sf2/sf_GMbank.sf2}"

RUNS="${1:-runs/small}"
DATA="$RUNS/data"
HELD_OUT="$RUNS/held-out"
WEIGHTS="$RUNS/weights"
PRESET=small
source recipes/common.sh

once data polite libretto corpus build "$DATA" --hours "$HOURS" --seconds 20 --seed 1 --workers 2 "${fonts[@]}"
once held-out polite libretto corpus build "$HELD_OUT" --hours "$HELD_OUT_HOURS" --seconds 10 --seed 2 --valid 0 --test 1 \
    --workers 2 "${fonts[@]}"

# train_stage NAME "TRUE ALL"
train_stage() {
    local true_steps all_steps
    read -r true_steps all_steps <<< "$2"
    once "stage-$1-true" polite libretto train stage "$1" --data "$DATA" --runs "$RUNS" --preset "$PRESET" --steps "$true_steps" \
        --set strays=0.0 "${compiled[@]}"
    train stage "$1" --steps "$all_steps" --set strays=0.6 "${compiled[@]}"
}

# The codec's tokens are learned in minutes; its decoder learns on one core while the other makes all other tokenizers.
train codec-tokens --steps "$CODEC_TOKENS_STEPS" & codec_tokens=$!
train semantic --steps "$SEMANTIC_STEPS" --set batch=8 crop_seconds=6.0 & semantic=$!
finish "$codec_tokens"
train codec --steps "$CODEC_STEPS" --set "adversarial_from=$ADVERSARIAL_FROM" & codec=$!
finish "$semantic"
train mulan --steps "$MULAN_STEPS"
train tokens

train_stage coarse "$STAGE_COARSE_STEPS" & coarse=$!
finish "$codec"
train_stage semantic "$STAGE_SEMANTIC_STEPS" & semantic=$!
finish "$coarse"
train_stage fine "$STAGE_FINE_STEPS" & fine=$!
finish "$semantic" "$fine"

libretto export --runs "$RUNS" --preset "$PRESET" -o "$WEIGHTS"
mkdir -p "$RUNS/figures"
libretto evaluate codec --data "$HELD_OUT" --weights "$WEIGHTS" -o "$RUNS/figures/codec.json"
libretto evaluate semantic --data "$DATA" --weights "$WEIGHTS" -o "$RUNS/figures/semantic.json"
libretto evaluate mulan --data "$HELD_OUT" --weights "$WEIGHTS" -o "$RUNS/figures/mulan.json"
libretto evaluate stages --data "$RUNS/tokens" --weights "$WEIGHTS" -o "$RUNS/figures/stages.json"
libretto evaluate end-to-end --weights "$WEIGHTS" -o "$RUNS/figures/end-to-end.json" --keep "$RUNS/figures/takes"
