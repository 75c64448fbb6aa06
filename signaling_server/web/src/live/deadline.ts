// Time left by the page's own monotonic clock, set by the server's word. Pure.

/** How long the page waits for the server's own end before it ends by itself, ms. */
export const END_GRACE_MS = 1500;

export interface Left {
  /** Whole minutes, or seconds within the last minute. */
  figure: number;
  isSeconds: boolean;
  /** 1 at the beginning, 0 at the end. */
  share: number;
  isOver: boolean;
}

export class Deadline {
  private endsAt: number | null = null;
  private limitMs = 0;
  private isRunning = false;

  set(endsInMs: number, limitMs: number, isRunning: boolean, now: number): void {
    this.endsAt = now + endsInMs;
    this.limitMs = limitMs;
    this.isRunning = isRunning;
  }

  get hasBegun(): boolean {
    return this.isRunning;
  }

  left(now: number): Left {
    if (this.endsAt === null) return { figure: 0, isSeconds: false, share: 1, isOver: false };
    const ms = this.isRunning ? Math.max(0, this.endsAt - now) : this.limitMs;
    const isSeconds = ms < 60_000;
    return {
      figure: Math.ceil(isSeconds ? ms / 1000 : ms / 60_000),
      isSeconds,
      share: this.limitMs > 0 ? Math.min(1, ms / this.limitMs) : 1,
      isOver: this.isRunning && now > this.endsAt + END_GRACE_MS,
    };
  }
}
