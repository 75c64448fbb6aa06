// Just enough of a browser for the parts that listen to pointers and sockets.

export class FakeSurface extends EventTarget {
  captured: number[] = [];

  setPointerCapture(id: number): void {
    this.captured.push(id);
  }

  getBoundingClientRect(): { left: number; top: number } {
    return { left: 10, top: 20 };
  }

  /** Fire a pointer event at a place on the surface, in CSS px. */
  point(type: string, id: number, x: number, y: number, more: Record<string, unknown> = {}): void {
    const event = new Event(type, { cancelable: true });
    Object.assign(event, { pointerId: id, pointerType: "touch", button: 0, pressure: 0.5, clientX: x + 10, clientY: y + 20, ...more });
    this.dispatchEvent(event);
  }
}

export class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  isClosed = false;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  static get last(): FakeSocket {
    return FakeSocket.made[FakeSocket.made.length - 1];
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }
}
