const test = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("page");
const embedded = Object.values(test.audio).every((url) => url.startsWith("data:"));
const player = location.protocol === "file:" && !embedded ? new ElementPlayer(test.audio) : new BufferPlayer(test.audio);
const asked = Number.parseInt(new URLSearchParams(location.search).get("seed") ?? "", 10);
const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];
let state = { seed: Number.isFinite(asked) ? asked >>> 0 : drawn(), listener: "", started: null, answers: [] };
let keys = {}; // key -> what it does on this page

function make(tag, properties = {}, ...children) {
  const { aria = {}, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(aria)) node.setAttribute(`aria-${name}`, value);
  node.append(...children);
  return node;
}

const button = (text, onclick, properties = {}) => make("button", { type: "button", textContent: text, onclick, ...properties });
function show(...nodes) { page.replaceChildren(...nodes); window.scrollTo(0, 0); }
function hint(...pairs) {
  const line = make("p", { className: "soft keys" });
  for (const [names, text] of pairs) {
    for (const name of names) line.append(make("kbd", { textContent: name }), " ");
    line.append(`${text}   `);
  }
  return line;
}

// A reload loses nothing, where the browser lets pages remember.
const shelf = `listening-test ${test.test}`;
function remember() { try { localStorage.setItem(shelf, JSON.stringify(state)); } catch { /* it does not */ } }
function forget() { try { localStorage.removeItem(shelf); } catch { /* it does not */ } }
function recall() { try { return JSON.parse(localStorage.getItem(shelf)); } catch { return null; } }

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.type === "text") return;
  if ((event.key === "Enter" || event.key === " ") && event.target.matches("button:focus-visible")) return; // reached by Tab
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
});

function opening() {
  keys = {};
  const before = recall();
  const name = make("input", { type: "text", id: "listener", maxLength: 60, autocomplete: "off" });
  const begin = (old) => {
    state = old ?? { ...state, listener: name.value.trim(), started: new Date().toISOString() };
    remember();
    trial(state.answers.length);
  };
  const mushra = test.kind === "mushra";
  const lines = [
    "Use headphones in a quiet place, and set a comfortable level before you start; then leave it.",
    mushra ? "Compare every version with the reference and rate it from 0 to 100. One of them is the reference itself: it deserves 100."
      : "Listen to A and B as often as you like, then choose. Where you hear no difference that matters, say so.",
    "You can switch between versions while they play; they keep their place.",
    "Nothing is sent anywhere: at the end you save a file and give it to whoever asked you.",
  ];
  const card = make("div", { className: "card" }, make("p", {}, make("label", { htmlFor: "listener", textContent: "Your name or code (may stay empty)" })), make("p", {}, name),
    button("Start", () => begin(null), { className: "main", id: "start" }));
  show(make("h1", { textContent: test.title }), make("p", { textContent: `${test.question} ${test.per_listener} ${test.per_listener === 1 ? "page" : "pages"}.` }),
    make("ul", {}, ...lines.map((line) => make("li", { textContent: line }))), card);
  if (before?.answers?.length && before.answers.length < test.per_listener) {
    card.append(" ", button(`Go on from page ${before.answers.length + 1}`, () => begin(before), { id: "resume" }));
  }
}

function transport() {
  const now = make("div", { className: "now" }), loop = make("div", { className: "loop" }), time = make("span", { className: "time soft" });
  const bar = make("div", { className: "bar", title: "Click to go there" }, loop, now);
  bar.onpointerdown = (event) => {
    const box = bar.getBoundingClientRect();
    player.seek(Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width)) * player.duration);
  };
  const toggle = button("Play", () => keys[" "](), { id: "toggle", title: "Play or pause (space)" });
  const draw = () => {
    if (!bar.isConnected) return;
    const length = player.duration || 1, at = player.position();
    now.style.left = `${(100 * at) / length}%`;
    loop.style.left = `${(100 * player.loop[0]) / length}%`;
    loop.style.width = `${(100 * (player.loop[1] - player.loop[0])) / length}%`;
    time.textContent = `${at.toFixed(1)} s`;
    toggle.textContent = player.playing ? "Pause" : "Play";
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  const from = () => player.setLoop(player.position(), player.loop[1]), to = () => player.setLoop(player.loop[0], player.position());
  const whole = () => player.setLoop(0, player.duration);
  Object.assign(keys, { "[": from, "]": to, "\\": whole });
  const ends = [["[", from, "Loop from here ([)"], ["]", to, "Loop to here (])"], ["↺", whole, "Loop all (\\)"]];
  return make("div", { className: "transport" }, toggle, bar, time,
    ...ends.map(([text, act, title]) => button(text, act, { title, aria: { label: title } })));
}

async function trial(index) {
  const order = plan(test.trials, state.seed, test.per_listener);
  if (index >= order.length) return ending();
  const current = order[index];
  keys = {};
  show(make("p", { className: "soft", textContent: "The sounds are being read …" }));
  const names = [...current.stimuli, ...(current.reference ? [current.reference] : [])];
  try { await player.load(names); } catch (error) {
    return show(make("h1", { textContent: "A sound cannot be read" }), make("p", { textContent: String(error.message ?? error) }), button("Try again", () => trial(index)));
  }
  const heard = new Set(), listened = performance.now();
  const next = button(index + 1 < order.length ? "Next" : "Finish", () => finish(), { className: "main", disabled: true, id: "next" });
  const switches = {};
  const listen = (name) => {
    heard.add(name);
    player.play(name);
    for (const [other, node] of Object.entries(switches)) node.setAttribute("aria-pressed", String(other === name));
    refresh();
  };
  keys[" "] = () => (player.playing ? player.pause() : listen(player.current ?? names[names.length - 1]));
  keys.Enter = () => { if (!next.disabled) next.click(); };
  const part = test.kind === "mushra" ? rating : choice;
  const { nodes, done, answer } = part(current, { listen, switches, heard, refresh: () => refresh() });
  function refresh() { next.disabled = !(current.stimuli.every((name) => heard.has(name)) && done()); }
  function finish() {
    player.pause();
    const seconds = Math.round((performance.now() - listened) / 100) / 10;
    state.answers.push({ trial: current.id, order: current.stimuli, ...answer(), seconds });
    remember();
    trial(index + 1);
  }
  const steps = make("div", { className: "steps" }, make("div"));
  steps.firstChild.style.width = `${(100 * index) / order.length}%`;
  show(make("div", { className: "head soft" }, make("span", { textContent: test.title }), make("span", { textContent: `${index + 1} of ${order.length}` })),
    steps, make("h1", { textContent: test.question }), ...(current.prompt ? [make("blockquote", { textContent: current.prompt })] : []), ...nodes,
    make("div", { className: "foot" }, make("span", { className: "soft", textContent: "Hear and answer everything to go on." }), next),
    test.kind === "mushra" ? hint([["0"], "reference"], [["1", "2", "…"], "versions"], [["↑", "↓"], "rate"], [["space"], "pause"], [["[", "]"], "loop"], [["Enter"], "next"])
      : hint([["1", "2"], "listen to A, B"], [["←", "→"], "choose A, B"], [["↓"], "no difference"], [["space"], "pause"], [["[", "]"], "loop"], [["Enter"], "next"]));
}

function choice(current, { listen, switches, refresh }) {
  let chosen = null;
  const [left, right] = current.stimuli;
  const options = { [left]: "A", none: "No difference", [right]: "B" };
  const nodes = {};
  const pick = (name) => {
    chosen = name;
    for (const [other, node] of Object.entries(nodes)) node.setAttribute("aria-pressed", String(other === name));
    refresh();
  };
  [left, right].forEach((name, at) => {
    switches[name] = button("AB"[at], () => listen(name), { aria: { pressed: "false", label: `Listen to ${"AB"[at]}` } });
    keys[String(at + 1)] = keys["ab"[at]] = () => listen(name);
  });
  for (const name of [left, "none", right]) nodes[name] = button(options[name], () => pick(name), { aria: { pressed: "false", label: `Choose ${options[name]}` } });
  Object.assign(keys, { ArrowLeft: () => pick(left), ArrowRight: () => pick(right), ArrowDown: () => pick("none") });
  const card = make("div", { className: "card" }, make("div", { className: "pair" }, switches[left], switches[right]), transport());
  const answers = make("div", { className: "card" }, make("p", { className: "soft", textContent: "Your choice" }),
    make("div", { className: "choice" }, ...[left, "none", right].map((name) => nodes[name])));
  return { nodes: [card, answers], done: () => chosen !== null, answer: () => ({ answer: chosen }) };
}

function rating(current, { listen, switches, refresh }) {
  const ratings = {}, sliders = {};
  const set = (name, value) => {
    ratings[name] = Math.min(100, Math.max(0, Math.round(value)));
    sliders[name].value = ratings[name];
    sliders[name].classList.remove("blank");
    sliders[name].closest(".row").querySelector("output").textContent = ratings[name];
    refresh();
  };
  const reference = button("Reference", () => listen(current.reference), { aria: { pressed: "false" }, id: "reference" });
  switches[current.reference] = reference;
  keys["0"] = keys.r = () => listen(current.reference);
  const rows = current.stimuli.map((name, at) => {
    switches[name] = button(String(at + 1), () => listen(name), { aria: { pressed: "false", label: `Listen to version ${at + 1}` } });
    if (at < 9) keys[String(at + 1)] = () => listen(name);
    sliders[name] = make("input", { type: "range", min: 0, max: 100, step: 1, value: 50, className: "blank", aria: { label: `Rating of version ${at + 1}` } });
    sliders[name].oninput = () => set(name, Number(sliders[name].value));
    sliders[name].onpointerup = () => set(name, Number(sliders[name].value));
    return make("div", { className: "row" }, switches[name], make("div", { className: "track" }, sliders[name]), make("output", { textContent: "–" }));
  });
  const move = (step) => (event) => {
    const name = Object.keys(sliders).find((other) => sliders[other] === document.activeElement) ?? player.current;
    if (sliders[name]) set(name, (ratings[name] ?? 50) + step * (event.shiftKey ? 10 : 1));
  };
  Object.assign(keys, { ArrowUp: move(1), ArrowRight: move(1), ArrowDown: move(-1), ArrowLeft: move(-1), PageUp: move(10), PageDown: move(-10) });
  const labels = make("div", { className: "labels" }, ...["Bad", "Poor", "Fair", "Good", "Excellent"].map((text) => make("span", { textContent: text })));
  const top = make("div", { className: "card" }, make("p", {}, reference), transport());
  const table = make("div", { className: "card" }, make("div", { className: "scale" }, make("span"), labels, make("span")), ...rows);
  return { nodes: [top, table], done: () => current.stimuli.every((name) => name in ratings), answer: () => ({ ratings }) };
}

function results() {
  return { libretto: "listening-test", version: test.version, test: test.test, kind: test.kind, question: test.question,
    listener: state.listener, seed: state.seed, started: state.started, finished: state.finished, answers: state.answers };
}

function table() {
  const cell = (value) => `"${String(value ?? "").replaceAll('"', '""').replace(/^[=+\-@]/, "'$&")}"`;
  const rows = [["test", "listener", "seed", "place", "trial", "stimulus", "value", "seconds"]];
  state.answers.forEach((answer, at) => {
    for (const name of answer.order) {
      const value = answer.ratings ? answer.ratings[name] : { none: 0.5, [name]: 1 }[answer.answer] ?? 0;
      rows.push([test.test, state.listener, state.seed, at + 1, answer.trial, name, value, answer.seconds]);
    }
  });
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function save(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function ending() {
  keys = {};
  state.finished ??= new Date().toISOString();
  remember();
  const name = `listening-${test.test}-${state.seed}`;
  show(make("h1", { textContent: "Thank you" }), make("p", { textContent: "Save your answers and give the file to whoever asked you." }),
    make("div", { className: "card" }, button("Save answers (JSON)", () => save(`${name}.json`, JSON.stringify(results(), null, 2), "application/json"), { className: "main", id: "json" }), " ",
      button("as a table (CSV)", () => save(`${name}.csv`, table(), "text/csv"), { id: "csv" })),
    make("p", { className: "soft", textContent: `Your seed is ${state.seed}; it says in which order you heard what.` }),
    button("Another listener", () => { forget(); state = { seed: drawn(), listener: "", started: null, answers: [] }; opening(); }));
}

document.title = test.title;
opening();
