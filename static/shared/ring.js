// The sound of a call for help: two tones, again and again until somebody goes there.

const EVERY_MS = 2000;
const TONES = [880, 660]; // Hz
const TONE_S = 0.25;
const LOUD = 0.4;

let audio = null;
let timer = 0;

/** Ring, or be quiet. */
export function ring(on) {
  if (on === Boolean(timer)) return;
  clearInterval(timer);
  timer = on ? setInterval(sound, EVERY_MS) : 0;
  if (on) sound();
}

/** Browsers keep a page silent until it was touched; a console in use was. */
function sound() {
  if (!navigator.userActivation?.hasBeenActive) return;
  audio ??= new AudioContext();
  TONES.forEach((frequency, index) => {
    const tone = new OscillatorNode(audio, { frequency });
    const volume = new GainNode(audio, { gain: LOUD });
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + index * TONE_S);
    tone.stop(audio.currentTime + (index + 1) * TONE_S);
  });
}
