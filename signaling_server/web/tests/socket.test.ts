// The line to the server: greeting, heartbeat, silence, ever longer waits up to 2 s, last words.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Socket } from "../src/live/socket";
import { FakeSocket } from "./support/fake_dom";

const WELCOME = { t: "welcome", name: "甲同学", role: "pupil", server_ms: 1 };
let log: string[] = [];
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
  log = [];
  socket = new Socket("ws://a/ws", {
    message: (message) => log.push(message.t),
    block: (data) => log.push(`block ${data.length}`),
    down: () => log.push("down"),
    unwelcome: () => log.push("unwelcome"),
    replaced: () => log.push("replaced"),
    beat: (ms) => log.push(`beat ${ms}`),
  });
  socket.start();
});

afterEach(() => {
  socket.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function welcome(): void {
  FakeSocket.last.open();
  FakeSocket.last.say(WELCOME);
}

it("greets, beats once a second and measures the answer", () => {
  welcome();
  expect(FakeSocket.last.sent).toEqual([{ t: "hello", version: 1, token: "" }]);
  vi.advanceTimersByTime(1000);
  expect(FakeSocket.last.sent[1]).toEqual({ t: "ping", id: 1 });
  vi.advanceTimersByTime(40);
  FakeSocket.last.say({ t: "pong", id: 1 });
  FakeSocket.last.onmessage?.({ data: new ArrayBuffer(3) });
  expect(log).toEqual(["welcome", "beat 40", "block 3"]);
});

it("calls 3 s of silence lost and tries again, at most 2 s apart", () => {
  welcome();
  vi.advanceTimersByTime(4001);
  expect([log, FakeSocket.made[0].isClosed, socket.isUp]).toEqual([["welcome", "down"], true, false]);
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    const before = FakeSocket.made.length;
    let waited = 0;
    while (FakeSocket.made.length === before) {
      vi.advanceTimersByTime(50);
      waited += 50;
    }
    waits.push(waited);
    FakeSocket.last.onclose?.({ code: 1006 });
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(2000);
  expect(waits[0]).toBeLessThan(waits[3]);
  vi.advanceTimersByTime(2000);
  welcome();
  expect(socket.isUp).toBe(true);
});

it("stops where trying again would be wrong", () => {
  welcome();
  FakeSocket.last.onclose?.({ code: 4002 });
  vi.advanceTimersByTime(10_000);
  expect([log.slice(1), FakeSocket.made.length]).toEqual([["replaced"], 1]);
  socket.start();
  FakeSocket.last.open();
  FakeSocket.last.say({ t: "rejected", to: "hello", reason: "not_signed_in" });
  vi.advanceTimersByTime(10_000);
  expect([log.slice(2), FakeSocket.made.length]).toEqual([["unwelcome"], 2]);
});

it("passes over what it does not know and keeps on", () => {
  welcome();
  FakeSocket.last.say({ t: "from_the_future" });
  FakeSocket.last.onmessage?.({ data: "{" });
  FakeSocket.last.say({ t: "queued", place: 2 });
  expect(log).toEqual(["welcome", "queued"]);
  expect(socket.send({ t: "undo" } as never)).toBe(true);
});
