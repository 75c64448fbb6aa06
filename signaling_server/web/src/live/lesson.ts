// One lesson as this page takes part in it: log, live path, clock, people, commands. No screens.
import { decodeBlock } from "../protocol/blocks";
import { Changes, TooNewError } from "../protocol/board";
import type {
  ClientMessage, Clock, Command, Ended, Joined, MemberInfo, Rejected, ServerMessage,
} from "../protocol/generated";
import { Refusal, Role, SignalKind, TEACHER } from "../protocol/generated";
import { decodeHints } from "../protocol/hints";
import { strokeId } from "../protocol/ids";
import { LessonReader } from "../protocol/reader";
import { InvalidError } from "../protocol/schema";
import { CommandQueue } from "./commands";
import { Deadline } from "./deadline";
import type { PeerState } from "./peer";
import { Peer } from "./peer";
import type { Sound } from "./sound";

export interface LessonEvents {
  /** The board, the chat or the people changed; called inside the message handler. */
  changed: (changes: Changes) => void;
  /** Clock, line, voice or presence changed. */
  status: () => void;
  warning: (minutesLeft: number) => void;
  refused: (command: Command, reason: Refusal) => void;
  ended: (message: Ended) => void;
  tooNew: () => void;
}

export interface Consents {
  ink: boolean;
  voice: boolean;
}

const WEAK_ROUND_TRIP_MS = 600;
const REJOIN_MS = 1000;
/** Answers to a join after which there is no way back into the lesson. */
const NO_WAY_BACK: readonly Refusal[] = [
  Refusal.GONE, Refusal.SESSION_OVER, Refusal.NOT_IN_SESSION, Refusal.NOT_ALLOWED,
];

export class Lesson {
  reader = new LessonReader(0);
  readonly queue: CommandQueue;
  readonly deadline = new Deadline();
  readonly members = new Map<number, MemberInfo>();
  me = 0;
  subject = "";
  clock: Clock | null = null;
  isOnline = false;
  peerState: PeerState = "none";
  hasHadVoice = false;
  /** The live path was tried in vain and has not come up since. */
  private hasFailed = false;
  roundTripMs = 0;
  badBlocks = 0;
  private connection = 0;
  private strokeCounter = 0;
  private peer: Peer | null = null;
  private isOver = false;
  private rejoinTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly session: string,
    private readonly send: (message: ClientMessage) => boolean,
    private readonly sound: Sound,
    private readonly events: LessonEvents,
    readonly consents: Consents = { ink: true, voice: true },
  ) {
    this.queue = new CommandQueue((message) => this.isOnline && this.send(message));
  }

  // the line to the server

  /** The line is up: join, and say what is held already. */
  join(): void {
    clearTimeout(this.rejoinTimer);
    const { held, epoch } = this.reader;
    this.send({
      t: "join",
      session: this.session,
      have: held,
      have_counter: held > 0 ? epoch.counter : 0,
      have_engine: held > 0 ? epoch.engine : "",
      keep_ink: this.consents.ink,
      keep_voice: this.consents.voice,
    });
  }

  /** The server would not let us in: whether that is for good. If not, it is tried again. */
  isShutOut({ reason, retry_in_ms: retryInMs }: Rejected): boolean {
    if (NO_WAY_BACK.includes(reason)) return true;
    clearTimeout(this.rejoinTimer);
    if (!this.isOver) this.rejoinTimer = setTimeout(() => this.join(), retryInMs ?? REJOIN_MS);
    return false;
  }

  lineLost(): void {
    clearTimeout(this.rejoinTimer); // the next welcome joins
    if (!this.isOnline) return;
    this.isOnline = false;
    this.events.status();
  }

  receive(message: ServerMessage): void {
    switch (message.t) {
      case "joined":
        this.joined(message);
        break;
      case "member_changed":
        this.members.set(message.info.member, message.info);
        this.events.status();
        break;
      case "clock":
        this.setClock(message);
        this.events.status();
        break;
      case "time_warning":
        this.events.warning(message.minutes_left);
        break;
      case "signalled":
        if (message.sender === TEACHER) void this.peer?.receive(message.kind, message.attempt, message.data);
        break;
      case "refused": {
        const command = this.queue.refuse(message.command, message.reason);
        if (command !== null) this.events.refused(command, message.reason);
        break;
      }
      case "rejected":
        if (message.to === "command") this.queue.rejected(message.retry_in_ms);
        break;
      case "ended":
        if (message.session === this.session) this.end(message);
        break;
      default:
        break;
    }
  }

  receiveBlock(data: Uint8Array): void {
    try {
      const changes = this.reader.addBlock(decodeBlock(data));
      this.queue.confirm(this.reader.confirmed);
      this.events.changed(changes);
    } catch (error) {
      if (error instanceof TooNewError) this.events.tooNew();
      else if (error instanceof InvalidError) this.badBlocks += 1;
      else throw error;
    }
  }

  /** The page's own clock ran out: the lesson ends here too, whatever the server says. */
  endByClock(): void {
    this.end({
      t: "ended",
      session: this.session,
      reason: "time",
      effective_min: this.clock?.effective_min ?? 0,
    });
  }

  leave(): void {
    this.send({ t: "leave" });
    this.close();
  }

  close(): void {
    this.isOver = true;
    clearTimeout(this.rejoinTimer);
    this.queue.close();
    this.peer?.close();
    this.peer = null;
    this.sound.release();
  }

  // what the pupil does

  command(body: Command): number {
    return this.queue.push(body);
  }

  newStroke(): number {
    this.strokeCounter += 1;
    return strokeId(this.me, this.connection, this.strokeCounter);
  }

  microphoneChanged(): void {
    this.peer?.microphoneChanged();
  }

  // what is so

  get hasHand(): boolean {
    return (this.reader.board.members.get(this.me)?.handSinceMs ?? null) !== null;
  }

  get mayWrite(): boolean {
    return this.reader.board.members.get(this.me)?.mayWrite ?? false;
  }

  /** Whether the log has told of oneself: until then nobody knows what one may do. */
  get isTold(): boolean {
    return this.reader.board.members.has(this.me);
  }

  get maySpeak(): boolean {
    return this.reader.board.members.get(this.me)?.maySpeak ?? false;
  }

  /** Whether the teacher's microphone is closed (P-8.3); open until an entry says otherwise. */
  get isTeacherMuted(): boolean {
    return this.reader.board.members.get(TEACHER)?.maySpeak === false;
  }

  /** The teacher: in the lesson now, lost, or not yet come. */
  get teacher(): "here" | "away" | "not_yet" {
    const teacher = Array.from(this.members.values()).find((member) => member.role === Role.TEACHER);
    if (teacher?.is_connected) return "here";
    return this.clock?.has_begun ? "away" : "not_yet";
  }

  get link(): "good" | "weak" | "connecting" | "board_only" | "lost" {
    if (!this.isOnline) return "lost";
    if (this.peerState === "up") return this.roundTripMs > WEAK_ROUND_TRIP_MS ? "weak" : "good";
    if (!Peer.isPossible || this.hasFailed) return "board_only";
    return "connecting";
  }

  peerStats(): Promise<RTCStatsReport | null> {
    return this.peer?.stats() ?? Promise.resolve(null);
  }

  // inside

  private joined(message: Joined): void {
    if (this.isOver || message.session !== this.session) return;
    if (this.me !== message.member) this.reader = new LessonReader(message.member);
    this.me = message.member;
    this.connection = message.connection;
    this.strokeCounter = 0;
    this.subject = message.subject;
    this.isOnline = true;
    this.members.clear();
    for (const info of message.members) this.members.set(info.member, info);
    this.setClock(message.clock);
    if (this.peer === null) this.openPeer(message);
    this.queue.attach(message.connection);
    this.events.status();
  }

  private openPeer(message: Joined): void {
    this.peer = new Peer(
      message.ice,
      message.is_relay_only,
      {
        signal: (kind: SignalKind, attempt, data) => {
          this.send({ t: "signal", to: TEACHER, kind, attempt, data });
        },
        hint: (data) => this.receiveHint(data),
        voice: (stream) => this.sound.hear(stream),
        state: (state) => {
          this.peerState = state;
          this.hasHadVoice = this.hasHadVoice || state === "up";
          this.hasFailed = state === "failed" || (this.hasFailed && state !== "up");
          this.events.status();
        },
      },
      () => this.sound.microphone,
    );
  }

  private receiveHint(data: Uint8Array): void {
    try {
      const message = decodeHints(data);
      if (message.batches.length > 0) this.events.changed(this.reader.addHints(message));
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      this.badBlocks += 1;
    }
  }

  private setClock(clock: Clock): void {
    this.clock = clock;
    this.deadline.set(clock.ends_in_ms, clock.limit_ms, clock.has_begun, performance.now());
  }

  private end(message: Ended): void {
    if (this.isOver) return;
    this.close();
    this.events.ended(message);
  }
}
