// One peer connection to the teacher's engine: the engine offers, this page answers. Voice both
// ways and one negotiated data channel for ink hints. A new attempt replaces the old one.
import type { IceServer } from "../protocol/generated";
import { SignalKind } from "../protocol/generated";

const CHANNEL_ID = 0;
const GATHER_AT_MOST_MS = 400;
const BEAT_SILENCE_MS = 3000;
const ASK_AGAIN_MS = 8000;

export type PeerState = "none" | "connecting" | "up" | "silent" | "failed";

export interface PeerEvents {
  signal: (kind: SignalKind, attempt: number, data: string) => void;
  hint: (data: Uint8Array) => void;
  voice: (stream: MediaStream) => void;
  state: (state: PeerState) => void;
}

export class Peer {
  state: PeerState = "none";
  private connection: RTCPeerConnection | null = null;
  private attempt = -1;
  private sender: RTCRtpSender | null = null;
  private lastHeard = 0;
  private lastAsked = 0;
  private begunAt = 0;
  private readonly watch: number;

  constructor(
    private readonly ice: readonly IceServer[],
    private readonly isRelayOnly: boolean,
    private readonly events: PeerEvents,
    private readonly microphone: () => MediaStreamTrack | null,
  ) {
    this.watch = window.setInterval(() => this.tick(), 500);
  }

  static get isPossible(): boolean {
    return typeof RTCPeerConnection !== "undefined";
  }

  /** A step from the engine. */
  async receive(kind: SignalKind, attempt: number, data: string): Promise<void> {
    if (!Peer.isPossible) return;
    if (kind === SignalKind.OFFER) {
      if (attempt < this.attempt) return;
      await this.answer(attempt, data);
    } else if (attempt === this.attempt && this.connection !== null) {
      if (kind === SignalKind.CANDIDATE) await this.connection.addIceCandidate(JSON.parse(data)).catch(() => undefined);
      else if (kind === SignalKind.BYE) this.end();
    }
  }

  /** The microphone came, went or changed. */
  microphoneChanged(): void {
    void this.sender?.replaceTrack(this.microphone()).catch(() => undefined);
  }

  close(): void {
    window.clearInterval(this.watch);
    this.end();
  }

  /** Take the live path down and ask the engine for a fresh one. */
  restart(): void {
    this.lastAsked = performance.now();
    this.events.signal(SignalKind.BYE, Math.max(0, this.attempt), "");
    this.end();
    this.set("failed");
  }

  async stats(): Promise<RTCStatsReport | null> {
    return this.connection === null ? null : this.connection.getStats();
  }

  private async answer(attempt: number, data: string): Promise<void> {
    this.end();
    this.attempt = attempt;
    this.begunAt = performance.now();
    this.set("connecting");
    const connection = new RTCPeerConnection({
      bundlePolicy: "max-bundle",
      iceTransportPolicy: this.isRelayOnly ? "relay" : "all",
      iceServers: this.ice.map(({ urls, username, credential }) => ({ urls: [...urls], username, credential })),
    });
    this.connection = connection;
    this.openChannel(connection);
    connection.ontrack = ({ track, streams }) => {
      if (connection === this.connection) this.events.voice(streams[0] ?? new MediaStream([track]));
    };
    connection.onconnectionstatechange = () => {
      if (connection === this.connection && connection.connectionState === "failed") this.set("failed");
    };
    try {
      await connection.setRemoteDescription({ type: "offer", sdp: data });
      await this.attachVoice(connection);
      await connection.setLocalDescription(await connection.createAnswer());
      await gathered(connection);
      if (connection !== this.connection || connection.localDescription === null) return;
      this.events.signal(SignalKind.ANSWER, attempt, connection.localDescription.sdp);
      connection.onicecandidate = ({ candidate }) => {
        if (candidate !== null && connection === this.connection) {
          this.events.signal(SignalKind.CANDIDATE, attempt, JSON.stringify(candidate.toJSON()));
        }
      };
    } catch {
      if (connection === this.connection) this.set("failed");
    }
  }

  private openChannel(connection: RTCPeerConnection): void {
    const channel = connection.createDataChannel("ink", { negotiated: true, id: CHANNEL_ID, ordered: false });
    channel.binaryType = "arraybuffer";
    channel.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      if (connection !== this.connection) return;
      this.events.hint(new Uint8Array(event.data));
      this.lastHeard = performance.now();
      if (this.state !== "up") this.set("up");
    };
  }

  private async attachVoice(connection: RTCPeerConnection): Promise<void> {
    const [transceiver] = connection.getTransceivers();
    if (transceiver === undefined) return;
    transceiver.direction = "sendrecv";
    this.sender = transceiver.sender;
    await transceiver.sender.replaceTrack(this.microphone());
  }

  private tick(): void {
    const now = performance.now();
    if (this.state === "up" && now - this.lastHeard > BEAT_SILENCE_MS) this.set("silent");
    else if (this.state === "connecting" && now - this.begunAt > ASK_AGAIN_MS) this.set("failed");
    const isDead = this.state === "failed" || (this.state === "silent" && now - this.lastHeard > ASK_AGAIN_MS);
    if (isDead && now - this.lastAsked > ASK_AGAIN_MS) this.restart();
  }

  private end(): void {
    const connection = this.connection;
    this.connection = null;
    this.sender = null;
    connection?.close();
    if (connection !== null) this.set("none");
  }

  private set(state: PeerState): void {
    if (state === this.state) return;
    this.state = state;
    this.events.state(state);
  }
}

/** Wait until all addresses are known, but not long: later ones are sent one by one. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, GATHER_AT_MOST_MS);
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState !== "complete") return;
      window.clearTimeout(timer);
      resolve();
    });
  });
}
