/** The sound of a call: two soft notes, made here, so that no audio file travels. Browsers allow it after a gesture. */

const NOTES = [
  { pitch: 659.25, at: 0 },
  { pitch: 880, at: 0.16 },
];
const LENGTH = 0.5;
const LOUDNESS = 0.12;
let audio = null;

for (const gesture of ["pointerdown", "keydown"]) {
  addEventListener(gesture, () => (audio ??= new AudioContext()).resume(), { once: true, passive: true });
}

/** Plays it once; silent before the first gesture. */
export function ring() {
  if (audio?.state !== "running") return;
  for (const note of NOTES) play(note, audio.currentTime + note.at);
}

function play({ pitch }, start) {
  const voice = audio.createOscillator();
  const loudness = audio.createGain();
  voice.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH);
  voice.connect(loudness).connect(audio.destination);
  voice.start(start);
  voice.stop(start + LENGTH);
}
