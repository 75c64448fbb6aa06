// Microphone, loudspeaker and the levels of both. One object for the page's life, because the tap
// that unlocked sound stays good only in this document.

/** Short notes in Hz; all of a chime within 400 ms (UX section 5). */
const CHIMES = {
  teacher_found: [523, 659, 784],
  your_turn: [880],
  five_minutes: [659],
  one_minute: [659, 659],
  ended: [784, 659, 523],
  line_lost: [587, 440],
  line_back: [440, 587],
};
export type Chime = keyof typeof CHIMES;
const CHIME_STEP_S = 0.13;
const CHIME_GAIN = 0.12;

export type MicrophoneState = "unasked" | "asking" | "ready" | "refused" | "insecure" | "gone";

export class Sound {
  readonly element: HTMLAudioElement;
  microphone: MediaStreamTrack | null = null;
  state: MicrophoneState = "unasked";
  /** Playing was refused: one tap is needed. */
  isLocked = false;
  changed: () => void = () => undefined;
  private context: AudioContext | null = null;
  private ownAnalyser: AnalyserNode | null = null;
  private remoteAnalyser: AnalyserNode | null = null;
  private remoteSource: MediaStreamAudioSourceNode | null = null;
  private remoteStream: MediaStream | null = null;

  constructor() {
    this.element = document.createElement("audio");
    this.element.autoplay = true;
    this.element.setAttribute("playsinline", "");
    this.element.hidden = true;
    document.body.append(this.element);
  }

  /** Call inside a tap: unlock sound and ask for the microphone. */
  async unlock(): Promise<void> {
    this.resume();
    await this.askMicrophone();
  }

  /** Call inside a tap: start what the browser held back. */
  resume(): void {
    try {
      this.context = this.context ?? newContext();
      void this.context.resume().catch(() => undefined);
    } catch {
      this.context = null; // no levels then; voice plays through the element all the same
    }
    this.play();
  }

  async askMicrophone(): Promise<void> {
    if (this.microphone?.readyState === "live" || this.state === "asking") return;
    if (!window.isSecureContext || navigator.mediaDevices === undefined) {
      this.set("insecure");
      return;
    }
    this.set("asking");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      const [track] = stream.getAudioTracks();
      track.enabled = false;
      track.onended = () => {
        if (this.microphone !== track) return;
        this.microphone = null;
        this.set("gone");
      };
      this.microphone = track;
      this.ownAnalyser = this.analyse(stream);
      this.set("ready");
    } catch {
      this.set("refused");
    }
  }

  get isOpen(): boolean {
    return this.microphone !== null && this.microphone.enabled;
  }

  /** Open or mute the microphone; acts at once. */
  setOpen(isOpen: boolean): void {
    if (this.microphone !== null) this.microphone.enabled = isOpen;
    this.changed();
  }

  hear(stream: MediaStream): void {
    this.remoteStream = stream;
    this.element.srcObject = stream;
    this.remoteSource?.disconnect();
    this.remoteAnalyser = this.analyse(stream);
    this.play();
  }

  silence(): void {
    this.remoteStream = null;
    this.element.srcObject = null;
    this.remoteSource?.disconnect();
    this.remoteAnalyser = null;
  }

  /** End the microphone: nothing listens after a lesson. */
  release(): void {
    this.silence();
    const track = this.microphone;
    this.microphone = null;
    track?.stop();
    this.ownAnalyser = null;
    this.state = "unasked";
  }

  /** Loudness of one's own voice, 0..1. */
  ownLevel(): number {
    return this.isOpen ? levelOf(this.ownAnalyser) : 0;
  }

  /** Loudness of what is heard, 0..1. */
  remoteLevel(): number {
    return levelOf(this.remoteAnalyser);
  }

  /** Strength of one frequency in what is heard, dB below full scale; -200 without sound. */
  toneLevel(hz: number): number {
    const analyser = this.remoteAnalyser;
    if (analyser === null || this.context === null) return -200;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const middle = Math.round((hz * analyser.fftSize) / this.context.sampleRate);
    const near = Array.from(bins.slice(Math.max(0, middle - 2), middle + 3)).filter(Number.isFinite);
    return near.length ? Math.max(...near) : -200;
  }

  /** A soft signal of our own; silent where sound is locked. */
  chime(name: Chime): void {
    const { context } = this;
    if (context === null || context.state !== "running") return;
    CHIMES[name].forEach((hz, i) => {
      const at = context.currentTime + i * CHIME_STEP_S;
      const tone = context.createOscillator();
      const loudness = context.createGain();
      tone.frequency.value = hz;
      loudness.gain.setValueAtTime(0, at);
      loudness.gain.linearRampToValueAtTime(CHIME_GAIN, at + 0.01);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + CHIME_STEP_S);
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + CHIME_STEP_S);
    });
  }

  private analyse(stream: MediaStream): AnalyserNode | null {
    if (this.context === null) return null;
    try {
      const source = this.context.createMediaStreamSource(stream);
      const analyser = this.context.createAnalyser();
      analyser.fftSize = 4096;
      analyser.smoothingTimeConstant = 0;
      source.connect(analyser);
      if (stream === this.remoteStream) this.remoteSource = source;
      return analyser;
    } catch {
      return null;
    }
  }

  private play(): void {
    if (this.element.srcObject === null) return;
    this.element
      .play()
      .then(() => this.setLocked(false))
      .catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") this.setLocked(true);
      });
  }

  private setLocked(isLocked: boolean): void {
    this.isLocked = isLocked;
    this.changed();
  }

  private set(state: MicrophoneState): void {
    this.state = state;
    this.changed();
  }
}

/** iOS before 14.5 has it under its old name only. */
function newContext(): AudioContext {
  const { webkitAudioContext } = window as { webkitAudioContext?: typeof AudioContext };
  return new (window.AudioContext ?? webkitAudioContext)();
}

function levelOf(analyser: AnalyserNode | null): number {
  if (analyser === null) return 0;
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / samples.length) * 4);
}
