// A soft two-tone chime, made by the browser itself. A browser is silent until somebody touched the
// page, unless it was started with --autoplay-policy=no-user-gesture-required: the page then asks.

const TONES = [
  { hertz: 659.25, at: 0 },
  { hertz: 523.25, at: 0.45 },
];
const RING_S = 1.4;
const LOUD = 0.5;

export class Chime {
  #context = new AudioContext();
  #until = 0;

  /** @param {() => void} onChange called when the chime becomes audible */
  constructor(onChange) {
    this.#context.addEventListener("statechange", onChange);
    for (const gesture of ["pointerdown", "keydown"]) {
      addEventListener(gesture, () => this.#context.resume());
    }
  }

  get audible() {
    return this.#context.state === "running";
  }

  /** Ring, unless it rings already. */
  ring() {
    const now = this.#context.currentTime;
    if (!this.audible || now < this.#until) return;
    this.#until = now + RING_S;
    for (const { hertz, at } of TONES) this.#tone(hertz, now + at);
  }

  #tone(hertz, start) {
    const tone = new OscillatorNode(this.#context, { frequency: hertz });
    const volume = new GainNode(this.#context, { gain: 0 });
    volume.gain.setTargetAtTime(LOUD, start, 0.008);
    volume.gain.setTargetAtTime(0, start + 0.06, 0.25);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(start);
    tone.stop(start + RING_S);
  }
}
