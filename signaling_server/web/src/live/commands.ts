// Commands on their way: kept until an entry cites them or they are refused, sent in their order
// and never faster than the server takes them, sent again after a reconnect or a "too fast".
import type { Command, SendCommand } from "../protocol/generated";
import { MAX_COMMAND_SAMPLES, Refusal } from "../protocol/generated";
import { commandId } from "../protocol/ids";

/** [per second, at once]: below RATES, INK_SAMPLE_RATE and SAY_RATE of the server's messages.py. */
const COMMANDS = [40, 20] as const;
const SAMPLES = [300, 200] as const;
const SAYS = [1.5, 4] as const;
/** How long to wait when the server names no time, ms. */
const REST_MS = 500;
/** A piece whose forerunner was turned away comes out of order; tried so often in all. */
const MAX_TRIES = 5;

interface Waiting {
  message: SendCommand;
  isSent: boolean;
  tries: number;
  /** Taken back after it was sent, since something before it did not arrive. */
  wasPulled: boolean;
}

class Bucket {
  private left: number;
  private at = 0;

  constructor(private readonly rate: readonly [perSecond: number, atOnce: number]) {
    this.left = rate[1];
  }

  /** ms until `amount` is there. */
  wait(amount: number, now: number): number {
    const [perSecond, atOnce] = this.rate;
    this.left = Math.min(atOnce, this.left + (Math.max(0, now - this.at) / 1000) * perSecond);
    this.at = now;
    return amount <= this.left ? 0 : Math.ceil(((amount - this.left) * 1000) / perSecond);
  }

  take(amount: number): void {
    this.left -= amount;
  }
}

export class CommandQueue {
  /** In the order in which they were given. */
  private readonly waiting = new Map<number, Waiting>();
  private readonly commands = new Bucket(COMMANDS);
  private readonly samples = new Bucket(SAMPLES);
  private readonly says = new Bucket(SAYS);
  private last: Waiting | null = null;
  private connection = 0;
  private counter = 0;
  private restsUntil = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** `send` says whether the message went out; if not, nothing is tried until `attach`. */
  constructor(private readonly send: (message: SendCommand) => boolean) {}

  /** A new connection in the lesson: ids go on under its number; what waits is sent again. */
  attach(connection: number): void {
    this.connection = connection;
    this.counter = 0;
    this.restsUntil = 0;
    this.waiting.forEach((one) => (one.isSent = false));
    this.pump();
  }

  /** Send a command as soon as may be; its id. Ink that waits grows together. */
  push(body: Command): number {
    const { last } = this;
    const joined = last !== null && last.tries === 0 ? join(last.message.body, body) : null;
    if (last !== null && joined !== null && this.waiting.has(last.message.command)) {
      last.message = { ...last.message, body: joined };
      this.pump();
      return last.message.command;
    }
    this.counter += 1;
    const command = commandId(this.connection, this.counter);
    this.last = { message: { t: "command", command, body }, isSent: false, tries: 0, wasPulled: false };
    this.waiting.set(command, this.last);
    this.pump();
    return command;
  }

  /** Forget what the log cites by now. */
  confirm(confirmed: ReadonlySet<number>): void {
    for (const command of Array.from(this.waiting.keys())) if (confirmed.has(command)) this.waiting.delete(command);
  }

  /**
   * A command was refused: what it was, once. Null if it is unknown or settled, or if it goes
   * again: ink and words that were too fast, with all that follows of the stroke.
   */
  refuse(command: number, reason: Refusal): Command | null {
    const one = this.waiting.get(command);
    if (one === undefined) return null;
    if (goesAgain(one, reason)) {
      this.pull(one);
      this.rest(REST_MS);
      return null;
    }
    this.waiting.delete(command);
    return one.message.body;
  }

  /** The server turned some command away unread: wait, then send all again that is unanswered. */
  rejected(retryInMs: number | null): void {
    this.waiting.forEach((one) => {
      one.wasPulled = one.wasPulled || one.isSent;
      one.isSent = false;
    });
    this.rest(Math.max(REST_MS, retryInMs ?? 0));
  }

  /** The lesson is over: nothing is sent any more. */
  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting.clear();
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Take back a command; of a stroke also what follows. */
  private pull(first: Waiting): void {
    const { body } = first.message;
    let isBehind = false;
    this.waiting.forEach((one) => {
      const other = one.message.body;
      isBehind = isBehind || one === first;
      const isSame = one === first || (body.t === "ink" && other.t === "ink" && other.stroke === body.stroke);
      if (!isBehind || !isSame || !one.isSent) return;
      one.isSent = false;
      one.wasPulled = true;
    });
  }

  private rest(ms: number): void {
    this.restsUntil = Math.max(this.restsUntil, performance.now() + ms);
    this.pump();
  }

  private pump(): void {
    if (this.timer !== null) return;
    for (const one of this.waiting.values()) {
      if (one.isSent) continue;
      const now = performance.now();
      const costs = this.costs(one.message.body);
      const wait = Math.max(this.restsUntil - now, ...costs.map(([bucket, amount]) => bucket.wait(amount, now)));
      if (wait > 0) {
        this.timer = setTimeout(() => {
          this.timer = null;
          this.pump();
        }, wait);
        return;
      }
      if (!this.send(one.message)) return;
      costs.forEach(([bucket, amount]) => bucket.take(amount));
      one.isSent = true;
      one.tries += 1;
    }
  }

  private costs(body: Command): [Bucket, number][] {
    const costs: [Bucket, number][] = [[this.commands, 1]];
    if (body.t === "ink") costs.push([this.samples, Math.max(1, body.x.length)]);
    if (body.t === "say") costs.push([this.says, 1]);
    return costs;
  }
}

function goesAgain({ message, tries, wasPulled }: Waiting, reason: Refusal): boolean {
  const { t } = message.body;
  // the teacher's program restarts: what was written meanwhile is asked for again
  if (reason === Refusal.NO_ENGINE) return t === "ink" || t === "say";
  if (reason === Refusal.TOO_FAST) return t === "ink" || t === "say";
  return t === "ink" && reason === Refusal.OUT_OF_ORDER && wasPulled && tries < MAX_TRIES;
}

/** Two pieces of a stroke as one; null where they do not follow on or are too long. */
function join(one: Command, next: Command): Command | null {
  if (one.t !== "ink" || next.t !== "ink" || one.stroke !== next.stroke || one.page !== next.page) return null;
  if (one.is_last || one.first + one.x.length !== next.first) return null;
  if (one.x.length + next.x.length > MAX_COMMAND_SAMPLES) return null;
  return {
    ...one,
    x: [...one.x, ...next.x],
    y: [...one.y, ...next.y],
    ms: [...one.ms, ...next.ms],
    force: [...one.force, ...next.force],
    is_last: next.is_last,
  };
}
