// What is heard of a hall at a page: a call for help, two tones again and again until somebody goes
// there, and a soft pair for a device in trouble, which who sits here may switch off.

const TONE_S = 0.25;
const HELP = { everyMs: 2000, tones: [880, 660], loud: 0.4 }; // tones in Hz
const DEVICE = { everyMs: 60_000, tones: [523, 659], loud: 0.2 };
const SOFT = "kiosk.device-sounds";

let audio = null;

class Bell {
  #timer = 0;

  constructor(sound) {
    this.sound = sound;
  }

  /** Sound until it is told otherwise, or be quiet. */
  ring(on) {
    if (on === Boolean(this.#timer)) return;
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.once(), this.sound.everyMs) : 0;
    if (on) this.once();
  }

  /** Browsers keep a page silent until it was touched; a console in use was. */
  once() {
    if (!navigator.userActivation?.hasBeenActive) return;
    audio ??= new AudioContext();
    this.sound.tones.forEach((frequency, index) => {
      const tone = new OscillatorNode(audio, { frequency });
      const volume = new GainNode(audio, { gain: this.sound.loud });
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + index * TONE_S);
      tone.stop(audio.currentTime + (index + 1) * TONE_S);
    });
  }
}

const help = new Bell(HELP);
const device = new Bell(DEVICE);

/** Ring for help, or be quiet. */
export function ring(on) {
  help.ring(on);
}

/** Do devices sound at this computer? */
export function deviceSounds() {
  return localStorage.getItem(SOFT) !== "off";
}

export function switchDeviceSounds() {
  localStorage.setItem(SOFT, deviceSounds() ? "off" : "on");
}

/** Sound once for a device, where that is wanted. */
export function chime() {
  if (deviceSounds()) device.once();
}

/** Sound for a device every minute, where that is wanted, until told otherwise. */
export function remind(on) {
  device.ring(on && deviceSounds());
}
