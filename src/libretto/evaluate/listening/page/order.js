// What a listener hears in which order, from the seed. The same arithmetic stands in order.py.
function mulberry32(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(items, draw) {
  const result = items.slice();
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

// trials: [{id, stimuli}]; returns count of them with their stimuli in the listener's order.
function plan(trials, seed, count) {
  const draw = mulberry32(seed);
  const chosen = shuffled(trials, draw).slice(0, count);
  return chosen.map((trial) => ({ ...trial, stimuli: shuffled(trial.stimuli, draw) }));
}
