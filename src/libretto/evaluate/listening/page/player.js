// All sounds of a trial run together in a loop and only one is heard, so that switching is instant and keeps the place.
class BufferPlayer {
  constructor(urls) {
    this.urls = urls;
    this.context = null;
    this.known = new Map();
    this.clear();
  }

  clear() {
    this.buffers = {}; this.sources = {}; this.gains = {};
    this.current = null; this.playing = false; this.offset = 0; this.loop = [0, 0]; this.duration = 0;
  }

  async bytes(name) {
    const url = this.urls[name];
    if (url.startsWith("data:")) return Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (sign) => sign.charCodeAt(0)).buffer;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.arrayBuffer();
  }

  async load(names) {
    this.pause();
    this.clear();
    this.context ??= new (window.AudioContext || window.webkitAudioContext)();
    const kept = new Map();
    for (const name of names) kept.set(name, this.known.get(name) ?? (await this.context.decodeAudioData(await this.bytes(name))));
    this.known = kept; // only this trial's: a phone has little memory
    for (const name of names) {
      this.buffers[name] = kept.get(name);
      this.duration = Math.max(this.duration, kept.get(name).duration);
    }
    this.loop = [0, this.duration];
  }

  position() {
    if (!this.playing) return this.offset;
    const [first, last] = this.loop;
    const at = this.offset + Math.max(0, this.context.currentTime - this.started);
    return at < last ? at : first + ((at - first) % (last - first));
  }

  start(at) {
    const [first, last] = this.loop;
    this.offset = at >= first && at < last ? at : first;
    this.started = this.context.currentTime + 0.02;
    for (const name of Object.keys(this.buffers)) {
      const source = new AudioBufferSourceNode(this.context, { buffer: this.buffers[name], loop: true, loopStart: first, loopEnd: last });
      const gain = new GainNode(this.context, { gain: name === this.current ? 1 : 0 });
      source.connect(gain).connect(this.context.destination);
      source.start(this.started, this.offset);
      this.sources[name] = source; this.gains[name] = gain;
    }
    this.playing = true;
  }

  stop() {
    for (const source of Object.values(this.sources)) { source.stop(); source.disconnect(); }
    this.sources = {};
    this.playing = false;
  }

  async play(name) {
    if (name) this.choose(name);
    await this.context.resume();
    if (!this.playing) this.start(this.offset);
  }

  choose(name) {
    this.current = name;
    if (!this.playing) return;
    for (const [other, gain] of Object.entries(this.gains)) gain.gain.setTargetAtTime(other === name ? 1 : 0, this.context.currentTime, 0.004);
  }

  pause() {
    if (!this.playing) return;
    const at = this.position();
    this.stop();
    this.offset = at;
  }

  seek(at) { this.again(() => { this.offset = at; }); }

  setLoop(first, last) { this.again(() => { this.loop = last - first >= 0.2 ? [first, last] : [0, this.duration]; }); }

  again(change) {
    const playing = this.playing;
    this.pause();
    change();
    if (playing) this.start(this.offset);
  }
}

// Pages opened as files may not read their sounds as data: media elements take the place over when switching.
class ElementPlayer {
  constructor(urls) { this.urls = urls; this.sounds = {}; this.current = null; this.playing = false; this.duration = 0; this.loop = [0, 0]; }

  async load(names) {
    this.pause();
    const ready = (sound) => new Promise((done, failed) => {
      sound.addEventListener("canplaythrough", done, { once: true });
      sound.addEventListener("error", () => failed(new Error(sound.src)), { once: true });
      sound.load();
    });
    this.sounds = {};
    for (const name of names) this.sounds[name] = Object.assign(new Audio(), { preload: "auto", loop: true, src: this.urls[name] });
    await Promise.all(Object.values(this.sounds).map(ready));
    this.duration = Math.max(...Object.values(this.sounds).map((sound) => sound.duration));
    this.current = null;
    this.loop = [0, this.duration];
  }

  get sound() { return this.sounds[this.current]; }

  position() {
    const at = this.sound?.currentTime ?? 0;
    if (this.playing && (at >= this.loop[1] || at < this.loop[0] - 0.05)) this.sound.currentTime = this.loop[0];
    return at;
  }

  choose(name) {
    const before = this.sound;
    this.current = name;
    if (before === this.sound) return;
    this.sound.currentTime = before?.currentTime ?? this.loop[0];
    before?.pause();
    if (this.playing) this.sound.play();
  }

  async play(name) { if (name) this.choose(name); this.playing = true; await this.sound.play(); }
  pause() { this.playing = false; this.sound?.pause(); }
  seek(at) { if (this.sound) this.sound.currentTime = at; }
  setLoop(first, last) { this.loop = last - first >= 0.2 ? [first, last] : [0, this.duration]; }
}
