// The one WebSocket to the server: greeting, heartbeat, reconnect. Knows no screens and no lesson.
import type { ClientMessage, ServerMessage } from "../protocol/generated";
import { Refusal, VERSION, readServerMessage } from "../protocol/generated";

const PING_EVERY_MS = 1000;
const SILENCE_IS_LOST_MS = 3000;
/** Close codes after which trying again would be wrong (sessions/closing.py). */
const UNWELCOME = 4001;
const REPLACED = 4002;
const SIGNED_OUT = 4006;
const BACKOFF_MS = [150, 400, 1000, 2000];

export interface SocketEvents {
  /** Every message but pongs; `welcome` is the sign that the line is up. */
  message: (message: ServerMessage) => void;
  block: (data: Uint8Array) => void;
  /** The line is down; another try follows by itself unless `stop` was called. */
  down: () => void;
  /** Not signed in: sign in, then start again. */
  unwelcome: () => void;
  /** The same person came in elsewhere; nothing is tried until `start`. */
  replaced: () => void;
  /** Round trip of the last heartbeat, ms. */
  beat: (roundTripMs: number) => void;
}

export class Socket {
  private socket: WebSocket | null = null;
  private isWelcome = false;
  private isStopped = true;
  private tries = 0;
  private retryTimer = 0;
  private beatTimer = 0;
  private lastHeard = 0;
  private pingId = 0;
  private readonly pingsAt = new Map<number, number>();

  constructor(
    private readonly url: string,
    private readonly events: SocketEvents,
  ) {}

  get isUp(): boolean {
    return this.isWelcome;
  }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.tries = 0;
    this.open();
  }

  stop(): void {
    this.isStopped = true;
    window.clearTimeout(this.retryTimer);
    this.drop();
  }

  /** Try again now (the network came back, the page is seen again). */
  hurry(): void {
    if (this.isStopped || this.socket !== null) return;
    window.clearTimeout(this.retryTimer);
    this.open();
  }

  /** Whether the message went out; what must arrive is kept and sent again by its owner. */
  send(message: ClientMessage): boolean {
    if (this.socket === null || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private open(): void {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.lastHeard = performance.now();
    this.pingsAt.clear();
    socket.onopen = () => {
      this.lastHeard = performance.now();
      this.send({ t: "hello", version: VERSION, token: "" });
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (socket === this.socket) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.closed(event.code);
    };
    this.beatTimer = window.setInterval(() => this.beat(), PING_EVERY_MS);
  }

  private receive(data: ArrayBuffer | string): void {
    this.lastHeard = performance.now();
    if (typeof data !== "string") {
      this.events.block(new Uint8Array(data));
      return;
    }
    let message: ServerMessage;
    try {
      message = readServerMessage(JSON.parse(data), "");
    } catch {
      return; // a message of a newer server: what this page needs comes in kinds that it knows
    }
    if (message.t === "pong") {
      const sentAt = this.pingsAt.get(message.id);
      this.pingsAt.delete(message.id);
      if (sentAt !== undefined) this.events.beat(performance.now() - sentAt);
      return;
    }
    if (message.t === "welcome") {
      this.isWelcome = true;
      this.tries = 0;
    }
    if (message.t === "rejected" && message.to === "hello" && message.reason === Refusal.NOT_SIGNED_IN) {
      this.closed(UNWELCOME);
      return;
    }
    this.events.message(message);
  }

  private closed(code: number): void {
    if (code !== UNWELCOME && code !== SIGNED_OUT && code !== REPLACED) {
      this.lost();
      return;
    }
    this.stop();
    if (code === REPLACED) this.events.replaced();
    else this.events.unwelcome();
  }

  private beat(): void {
    if (performance.now() - this.lastHeard > SILENCE_IS_LOST_MS) {
      this.lost();
      return;
    }
    if (!this.isWelcome) return;
    this.pingId = (this.pingId + 1) % 0xffffffff;
    this.pingsAt.set(this.pingId, performance.now());
    this.send({ t: "ping", id: this.pingId });
  }

  private lost(): void {
    this.drop();
    this.events.down();
    if (this.isStopped) return;
    window.clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => this.open(), BACKOFF_MS[Math.min(this.tries, BACKOFF_MS.length - 1)]);
    this.tries += 1;
  }

  private drop(): void {
    window.clearInterval(this.beatTimer);
    this.isWelcome = false;
    const socket = this.socket;
    this.socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }
}

/** The address of `/ws` beside this page. */
export function socketUrl(location: { protocol: string; host: string }): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
}
