// Which part of a page is seen, and how large. Pure; lengths on the page in mm, on screen in CSS px.

export interface Size {
  width: number;
  height: number;
}

export interface Frame extends Size {
  x: number;
  y: number;
}

/** 100 % is the page's whole width on the screen. */
export const LEAST_ZOOM = 0.25;
export const MOST_ZOOM = 8;

export class Viewport {
  /** CSS px per mm. */
  scale = 1;
  /** The page point in the screen's top left corner, mm. */
  x = 0;
  y = 0;
  private screen: Size = { width: 1, height: 1 };
  private page: Size = { width: 176, height: 250 };

  setScreen(screen: Size): void {
    this.screen = { width: Math.max(1, screen.width), height: Math.max(1, screen.height) };
  }

  setPage(page: Size): void {
    this.page = page;
  }

  get fitScale(): number {
    return this.screen.width / this.page.width;
  }

  get isFitted(): boolean {
    return Math.abs(this.scale / this.fitScale - 1) < 0.001;
  }

  /** What is seen of the page, mm. */
  get seen(): Frame {
    return { x: this.x, y: this.y, width: this.screen.width / this.scale, height: this.screen.height / this.scale };
  }

  /** The page's whole width, from its top. */
  fit(): void {
    this.scale = this.fitScale;
    this.x = 0;
    this.y = 0;
    this.clamp();
  }

  /** Show the whole of a part of the page, as large as can be, in the middle of the screen. */
  show(frame: Frame): void {
    const { width, height } = this.screen;
    this.scale = this.limited(Math.min(width / frame.width, height / frame.height));
    this.x = frame.x + frame.width / 2 - width / this.scale / 2;
    this.y = frame.y + frame.height / 2 - height / this.scale / 2;
    this.clamp();
  }

  /** Go `share` (0..1) of the way from one view to another. */
  between(one: Pick<Viewport, "scale" | "x" | "y">, other: Pick<Viewport, "scale" | "x" | "y">, share: number): void {
    this.scale = one.scale * (other.scale / one.scale) ** share;
    this.x = one.x + (other.x - one.x) * share;
    this.y = one.y + (other.y - one.y) * share;
  }

  toPage(px: number, py: number): readonly [number, number] {
    return [this.x + px / this.scale, this.y + py / this.scale];
  }

  /** Zoom by `factor`; the page point under (px, py) stays under it. */
  zoomAt(factor: number, px: number, py: number): void {
    const [mx, my] = this.toPage(px, py);
    this.scale = this.limited(this.scale * factor);
    this.x = mx - px / this.scale;
    this.y = my - py / this.scale;
    this.clamp();
  }

  panBy(dx: number, dy: number): void {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.clamp();
  }

  /** Move up or down so that `yMm` is seen with some room; whether anything moved. */
  reveal(yMm: number): boolean {
    const seen = this.screen.height / this.scale;
    const before = this.y;
    const room = Math.min(20, seen / 4);
    if (yMm < this.y + 2) this.y = yMm - room;
    else if (yMm > this.y + seen - room / 2) this.y = yMm - seen + room;
    this.clamp();
    return Math.abs(this.y - before) > 0.01;
  }

  private limited(scale: number): number {
    return Math.min(this.fitScale * MOST_ZOOM, Math.max(this.fitScale * LEAST_ZOOM, scale));
  }

  /** Stay on the page; one that is narrower than the screen stands in the middle, at the top. */
  private clamp(): void {
    const roomX = this.page.width - this.screen.width / this.scale;
    const roomY = this.page.height - this.screen.height / this.scale;
    this.x = roomX < 0 ? roomX / 2 : Math.min(Math.max(this.x, 0), roomX);
    this.y = Math.min(Math.max(this.y, 0), Math.max(0, roomY));
  }
}
