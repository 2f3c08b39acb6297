#!/usr/bin/env bash
# The bundled model learns on: MuLan and the three stages on new music, codec and semantic tokens as they are. Two
# CPU cores.
#
#     recipes/onto_bundled.sh                        # composes music into runs/onto/data; the weights land in runs/onto/weights
#     DATA=my/dataset recipes/onto_bundled.sh        # on your own (libretto corpus build my/dataset --recordings FOLDER)
#
# The stages take on the controls of preset small (`libretto/controls.py`) that they have not yet, with the words of
# traits. MULAN_STEPS=0 leaves MuLan as it is, FIXED_AUDIO=true teaches its text tower alone. It can be stopped at any
# moment and called again.
set -euo pipefail
cd "$(dirname "$0")/.."

HOURS="${HOURS:-32}"
MULAN_STEPS="${MULAN_STEPS:-620}"
FIXED_AUDIO="${FIXED_AUDIO:-false}"
STAGE_SEMANTIC_STEPS="${STAGE_SEMANTIC_STEPS:-6000}"
STAGE_COARSE_STEPS="${STAGE_COARSE_STEPS:-8800}"
STAGE_FINE_STEPS="${STAGE_FINE_STEPS:-8000}"
SOUNDFONTS="${SOUNDFONTS-/usr/share/sounds/sf2/FluidR3_GM.sf2 /usr/share/sounds/sf3/MuseScore_General_Lite.sf3 /usr/share/sounds/sf2/sf_GMbank.sf2}"

RUNS="${1:-runs/onto}"
COMPOSED="$RUNS/data"
DATA="${DATA:-$COMPOSED}"
WEIGHTS="$RUNS/weights"
PRESET=small
source recipes/common.sh

if [ "$DATA" = "$COMPOSED" ]; then
    once data polite libretto corpus build "$DATA" --hours "$HOURS" --seconds 20 --seed 41 --workers 2 "${fonts[@]}"
fi
if [ "$MULAN_STEPS" -gt 0 ]; then train mulan --steps "$MULAN_STEPS" --set start=bundled audio_rate=1.2e-3 "fixed_audio=$FIXED_AUDIO"; fi
once tokens polite libretto train tokens --weights --data "$DATA" --runs "$RUNS" --preset "$PRESET" --threads 2

# learn_on NAME STEPS RATE: three rows of five have pasts that went astray in parts, seven of ten have styles as they are expected of texts
learn_on() {
    train stage "$1" --steps "$2" --set start=bundled "learning_rate=$3" control_dropout=0.25 strays=0.6 text_styles=0.7 "${compiled[@]}"
}
learn_on semantic "$STAGE_SEMANTIC_STEPS" 1.2e-3 & semantic=$!
learn_on coarse "$STAGE_COARSE_STEPS" 1.2e-3 & coarse=$!
finish "$semantic" "$coarse"
learn_on fine "$STAGE_FINE_STEPS" 1.2e-3

libretto export --runs "$RUNS" --preset "$PRESET" --weights -o "$WEIGHTS"
mkdir -p "$RUNS/figures"
libretto evaluate stages --data "$RUNS/tokens" --weights "$WEIGHTS" -o "$RUNS/figures/stages.json"
libretto evaluate end-to-end --weights "$WEIGHTS" -o "$RUNS/figures/end-to-end.json" --keep "$RUNS/figures/takes"
