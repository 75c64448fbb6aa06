// Which part of a page is seen, and how large. Pure; lengths on the page in mm, on screen in CSS px.

export interface Size {
  width: number;
  height: number;
}

const MAX_ZOOM = 8;

export class Viewport {
  /** CSS px per mm. */
  scale = 1;
  /** The page point in the screen's top left corner, mm. */
  x = 0;
  y = 0;
  private screen: Size = { width: 1, height: 1 };
  private page: Size = { width: 176, height: 250 };

  /** Become like `other`. */
  copy(other: Viewport): void {
    Object.assign(this, other);
  }

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

  /** The page's whole width, from its top. */
  fit(): void {
    this.scale = this.fitScale;
    this.x = 0;
    this.y = 0;
    this.clamp();
  }

  toPage(px: number, py: number): readonly [number, number] {
    return [this.x + px / this.scale, this.y + py / this.scale];
  }

  /** Zoom by `factor`; the page point under (px, py) stays under it. */
  zoomAt(factor: number, px: number, py: number): void {
    const [mx, my] = this.toPage(px, py);
    this.scale = Math.min(this.fitScale * MAX_ZOOM, Math.max(this.fitScale, this.scale * factor));
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

  /** Stay on the page; one that is smaller than the screen sits at its top. */
  private clamp(): void {
    const roomX = this.page.width - this.screen.width / this.scale;
    const roomY = this.page.height - this.screen.height / this.scale;
    this.x = Math.min(Math.max(this.x, 0), Math.max(0, roomX));
    this.y = Math.min(Math.max(this.y, 0), Math.max(0, roomY));
  }
}
