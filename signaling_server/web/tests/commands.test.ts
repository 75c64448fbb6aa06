// Commands against a server with the server's own budgets: nothing lost, doubled or out of order.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandQueue } from "../src/live/commands";
import { Lesson } from "../src/live/lesson";
import type { Sound } from "../src/live/sound";
import type { ClientMessage, Command, Rejected, SendCommand } from "../src/protocol/generated";
import { Ink, Refusal, Tool } from "../src/protocol/generated";

type Piece = Extract<Command, { t: "ink" }>;
const DELAY_MS = 30;

/** messages.py RATES, INK_SAMPLE_RATE and SAY_RATE; budgets.py. */
class Budget {
  private left: number;
  private at = performance.now();

  constructor(private readonly perSecond: number, private readonly burst: number) {
    this.left = burst;
  }

  take(amount: number): boolean {
    const now = performance.now();
    this.left = Math.min(this.burst, this.left + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (amount > this.left) return false;
    this.left -= amount;
    return true;
  }
}

/** Server and engine in one: checks as they do, answers after a while. */
class World {
  isUp = true;
  tooFast = 0;
  readonly strokes = new Map<number, number[]>();
  readonly said: string[] = [];
  readonly queue = new CommandQueue((message) => this.isUp && this.receive(message));
  private readonly cited = new Set<number>();
  private readonly commands = new Budget(60, 240);
  private readonly samples = new Budget(400, 800);
  private readonly says = new Budget(2, 5);
  /** Turn away by hand: commands by their place in the order of arrival. */
  arrived = 0;
  reject = new Set<number>();
  refuse = new Set<number>();

  private receive(message: SendCommand): boolean {
    this.arrived += 1;
    const { body, command } = message;
    if (!this.commands.take(1) || this.reject.has(this.arrived)) {
      this.tooFast += 1;
      this.later(() => this.queue.rejected(700));
      return true;
    }
    const fits = body.t === "ink" ? this.samples.take(Math.max(1, body.x.length)) : body.t !== "say" || this.says.take(1);
    if (!fits || this.refuse.has(this.arrived)) {
      this.tooFast += 1;
      this.later(() => this.queue.refuse(command, Refusal.TOO_FAST));
      return true;
    }
    this.later(() => this.carryOut(command, body));
    return true;
  }

  private carryOut(command: number, body: Command): void {
    if (this.cited.has(command)) return;
    if (body.t === "say") this.said.push(body.text);
    if (body.t === "ink") {
      const held = this.strokes.get(body.stroke) ?? [];
      if (held.length !== body.first) {
        const lost = this.queue.refuse(command, Refusal.OUT_OF_ORDER);
        expect(lost).toBeNull();
        return;
      }
      held.push(...body.x);
      this.strokes.set(body.stroke, held);
    }
    this.cited.add(command);
    this.queue.confirm(this.cited);
  }

  private later(act: () => void): void {
    setTimeout(act, DELAY_MS);
  }
}

function piece(stroke: number, first: number, count: number, isLast = false): Piece {
  const columns = Array.from({ length: count }, (_, i) => first + i);
  return {
    t: "ink", stroke, page: 1, tool: Tool.PEN, ink: Ink.PUPIL, width: 70, first, x: columns, y: columns, ms: columns, force: [], is_last: isLast,
  };
}

/** Write for so long as a 240 Hz pen does: pieces of 12 samples every 50 ms, strokes of 0.6 s. */
function write(queue: CommandQueue, ms: number, from = 1): Map<number, number> {
  const lengths = new Map<number, number>();
  for (let at = 0; at < ms; at += 50) {
    const stroke = from + Math.floor(at / 600);
    const first = lengths.get(stroke) ?? 0;
    queue.push(piece(stroke, first, 12, at % 600 === 550));
    lengths.set(stroke, first + 12);
    vi.advanceTimersByTime(50);
  }
  return lengths;
}

function expectAll(world: World, lengths: Map<number, number>): void {
  expect(world.queue.waitingCount).toBe(0);
  for (const [stroke, length] of lengths) {
    expect(world.strokes.get(stroke)).toEqual(Array.from({ length }, (_, i) => i));
  }
  expect(world.strokes.size).toBe(lengths.size);
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("a queue of commands", () => {
  it("brings 15 s of ink written offline, without once being too fast", () => {
    const world = new World();
    world.queue.attach(1);
    world.isUp = false;
    const lengths = write(world.queue, 15_000);
    world.queue.push({ t: "undo" });
    expect(world.strokes.size).toBe(0);
    world.isUp = true;
    world.queue.attach(2);
    vi.advanceTimersByTime(20_000);
    expectAll(world, lengths);
    expect(Array.from(world.strokes.keys())).toEqual(Array.from(lengths.keys()));
    expect(world.tooFast).toBe(0);
    expect(world.arrived).toBeLessThan(100); // joined pieces, not 300
  });

  it("sends live ink at once and loses nothing when the line breaks in mid-stroke", () => {
    const world = new World();
    world.queue.attach(1);
    const before = world.arrived;
    world.queue.push(piece(9999, 0, 3, true));
    expect(world.arrived).toBe(before + 1);
    vi.advanceTimersByTime(DELAY_MS);
    world.strokes.clear();
    const online = write(world.queue, 1300, 1);
    world.isUp = false;
    const offline = write(world.queue, 3000, 100);
    world.isUp = true;
    world.queue.attach(2);
    const after = write(world.queue, 2000, 200);
    vi.advanceTimersByTime(10_000);
    expectAll(world, new Map([...online, ...offline, ...after]));
  });

  it.each([["reject"], ["refuse"]] as const)("waits and sends again, in order, after a %s", (how) => {
    for (let at = 1; at <= 30; at += 3) {
      const world = new World();
      world.queue.attach(1);
      [at, at + 1, at + 4, 40].forEach((number) => world[how].add(number));
      const lengths = write(world.queue, 2400);
      vi.advanceTimersByTime(20_000);
      expect(world.tooFast).toBeGreaterThan(1);
      expectAll(world, lengths);
    }
  });

  it("paces words too and keeps their order", () => {
    const world = new World();
    world.queue.attach(1);
    const words = Array.from({ length: 12 }, (_, i) => `${i}`);
    words.forEach((text) => world.queue.push({ t: "say", text, picture: "" }));
    vi.advanceTimersByTime(12_000);
    expect([world.said, world.tooFast]).toEqual([words, 0]);
  });

  it("gives up a piece refused for another reason, and everything at the end", () => {
    const sent: SendCommand[] = [];
    const queue = new CommandQueue((message) => sent.push(message) > 0);
    queue.attach(1);
    const command = queue.push(piece(1, 0, 2));
    expect(queue.refuse(command, Refusal.OUT_OF_ORDER)?.t).toBe("ink");
    for (let i = 0; i < 40; i++) queue.push({ t: "undo" });
    expect(vi.getTimerCount()).toBe(1);
    queue.close();
  });
});

describe("a join that is turned away", () => {
  const rejected = (reason: Refusal, retryInMs: number | null): Rejected => ({ t: "rejected", to: "join", reason, rule: "", retry_in_ms: retryInMs });
  const sound = { release: () => undefined } as Sound;
  const events = { changed: vi.fn(), status: vi.fn(), warning: vi.fn(), refused: vi.fn(), ended: vi.fn(), tooNew: vi.fn() };

  it("is tried again after the server's time, else after a second", () => {
    const sent: ClientMessage[] = [];
    const lesson = new Lesson("s", (message) => sent.push(message) > 0, sound, events);
    expect(lesson.isShutOut(rejected(Refusal.BUSY, 400))).toBe(false);
    vi.advanceTimersByTime(399);
    expect(sent).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(sent.map((message) => message.t)).toEqual(["join"]);
    expect(lesson.isShutOut(rejected(Refusal.TOO_FAST, null))).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(2);
    lesson.isShutOut(rejected(Refusal.BUSY, 1000));
    lesson.lineLost(); // the next welcome joins
    lesson.isShutOut(rejected(Refusal.BUSY, 1000));
    lesson.close();
    vi.advanceTimersByTime(5000);
    expect(sent).toHaveLength(2);
  });

  it.each([Refusal.GONE, Refusal.SESSION_OVER, Refusal.NOT_IN_SESSION, Refusal.NOT_ALLOWED])("ends the lesson: %s", (reason) => {
    const lesson = new Lesson("s", () => true, sound, events);
    expect(lesson.isShutOut(rejected(reason, null))).toBe(true);
  });
});
