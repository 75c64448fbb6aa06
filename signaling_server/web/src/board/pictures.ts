// Pictures of a lesson, fetched by hash: the small one first, the full one where its place on the
// screen is larger; asked again, ever more seldom, until they come. The page in view goes first.

/** The longer edge of a small picture, px (pictures.py SMALL_EDGE). */
export const SMALL_EDGE = 640;
const AT_ONCE = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

type Size = "small" | "full";
/** Fetch and decode; rejects when it cannot be had now. */
export type Load = (sha256: string, size: Size) => Promise<CanvasImageSource>;

interface Wish {
  sha256: string;
  size: Size;
  tries: number;
}

export class PictureStore {
  private readonly have = new Map<string, CanvasImageSource>();
  private readonly wishes = new Map<string, Wish>();
  private readonly queue: Wish[] = [];
  /** Those that rest until they are asked for again. */
  private readonly resting = new Map<Wish, ReturnType<typeof setTimeout>>();
  private running = 0;
  private isClosed = false;

  constructor(
    private readonly load: Load,
    /** A picture came, or a sharper one. */
    private readonly came: (sha256: string) => void,
  ) {}

  /** The best there is now, for a longer edge of so many device pixels; a better one is fetched. */
  image(sha256: string, edge: number): CanvasImageSource | null {
    const full = this.have.get(`${sha256} full`);
    if (full !== undefined) return full;
    const small = this.have.get(`${sha256} small`);
    if (small === undefined) this.wish(sha256, "small", true);
    else if (edge > SMALL_EDGE) this.wish(sha256, "full", true);
    return small ?? null;
  }

  /** Fetch the small one, behind all that is in view. */
  prefetch(sha256: string): void {
    if (!this.have.has(`${sha256} small`)) this.wish(sha256, "small", false);
  }

  /** The line is back: ask at once for what is missing. */
  hurry(): void {
    Array.from(this.resting.keys()).forEach((wish) => this.take(wish));
  }

  close(): void {
    this.isClosed = true;
    this.resting.forEach((timer) => clearTimeout(timer));
  }

  private wish(sha256: string, size: Size, isInView: boolean): void {
    const key = `${sha256} ${size}`;
    const known = this.wishes.get(key);
    const at = known === undefined ? -1 : this.queue.indexOf(known);
    if (known !== undefined && (!isInView || at <= 0)) return;
    const wish = known ?? { sha256, size, tries: 0 };
    this.wishes.set(key, wish);
    if (at > 0) this.queue.splice(at, 1);
    if (isInView) this.queue.unshift(wish);
    else this.queue.push(wish);
    this.pump();
  }

  private pump(): void {
    while (!this.isClosed && this.running < AT_ONCE) {
      const wish = this.queue.shift();
      if (wish === undefined) return;
      this.running += 1;
      const done = (): void => {
        this.running -= 1;
        this.pump();
      };
      this.load(wish.sha256, wish.size).then(
        (image) => {
          const key = `${wish.sha256} ${wish.size}`;
          this.have.set(key, image);
          this.wishes.delete(key);
          if (wish.size === "full") this.have.delete(`${wish.sha256} small`);
          if (!this.isClosed) this.came(wish.sha256);
          done();
        },
        () => {
          this.again(wish);
          done();
        },
      );
    }
  }

  private again(wish: Wish): void {
    wish.tries += 1;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wish.tries - 1));
    if (!this.isClosed) this.resting.set(wish, setTimeout(() => this.take(wish), wait));
  }

  private take(wish: Wish): void {
    clearTimeout(this.resting.get(wish));
    this.resting.delete(wish);
    this.queue.push(wish);
    this.pump();
  }
}

/** Where a lesson's picture is fetched. */
export function pictureUrl(session: string, sha256: string, size: Size): string {
  return `/api/lessons/${encodeURIComponent(session)}/pictures/${sha256}?size=${size}`;
}

/** Fetch a lesson's pictures from the server. */
export function fetchFrom(session: string): Load {
  return async (sha256, size) => {
    const image = new Image();
    image.decoding = "async";
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = pictureUrl(session, sha256, size);
    });
    await image.decode?.(); // not while it is painted
    return image;
  };
}
