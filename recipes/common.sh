# What the recipes share; sourced by them, not run.
#
# Every step leaves a stamp in $RUNS/.done and is passed over the next time; a step that was stopped goes on where it was.

# `libretto` on the PATH, or else the environment of `make test`.
command -v libretto > /dev/null || PATH="$PWD/.venv-test/bin:$PATH"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}" OMP_WAIT_POLICY=PASSIVE

# once NAME COMMAND...: run the command unless it has been done.
once() {
    local stamp="$RUNS/.done/$1"
    shift
    if [ -e "$stamp" ]; then return; fi
    mkdir -p "$(dirname "$stamp")"
    "$@"
    touch "$stamp"
}

# train PART [STAGE] [OPTION...]: in $RUNS, on $DATA, once.
train() {
    local name="$1"
    if [ "$1" = stage ]; then name="stage-$2"; fi
    once "$name" polite libretto train "$@" --data "$DATA" --runs "$RUNS" --preset "$PRESET"
}

# polite COMMAND...: leaves the machine to others.
polite() {
    nice -n 19 "$@"
}

# $SOUNDFONTS, files or folders separated by spaces, as options of `libretto corpus build`.
read -ra fonts <<< "${SOUNDFONTS-}"
if [ "${#fonts[@]}" -gt 0 ]; then fonts=(--soundfonts "${fonts[@]}"); fi

# A setting of the stages: torch makes one program of a step, in two thirds of the time, where it finds a C++ compiler.
compiled=()
if command -v g++ > /dev/null; then compiled=(compiled=true); fi

# finish JOB...: wait for these background jobs; fail if one of them failed.
finish() {
    local job
    for job in "$@"; do wait "$job"; done
}

# Background jobs get process groups of their own, and a recipe that ends early takes them along; each leaves a checkpoint.
set -m
trap 'for job in $(jobs -p); do kill -- "-$job" 2>/dev/null || true; done' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
