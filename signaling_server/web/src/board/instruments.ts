// Ruler, set squares, protractor and compass as pupils see them: translucent, not to be touched.
// An instrument's own coordinates are 1/100 mm, unturned, its origin at (x, y): the ruler's scale
// runs along +x, its body lies below; the set square has its right angle at the origin, the other
// leg upwards; the protractor's rim is above its centre; the compass has its pencil at +x.
import type { InstrumentSet } from "../protocol/generated";
import { InstrumentKind } from "../protocol/generated";

const BREADTH = 3000;
const APEX = 4000;
const FILL = 0.1;
const LINE = 0.75;
const LETTER = 320;
/** Where single marks would stand nearer, in CSS px, they are left out. */
const CLOSE = 4;

type Point = readonly [number, number];

/** Draw an instrument; the context is in page units, `px` of them are one CSS px. */
export function drawInstrument(context: CanvasRenderingContext2D, set: InstrumentSet, color: string, px: number): void {
  context.save();
  context.translate(set.x, set.y);
  context.rotate((set.angle / 100 / 180) * Math.PI);
  context.fillStyle = context.strokeStyle = color;
  context.lineWidth = Math.max(15, px);
  const one = new Instrument(context, px);
  switch (set.kind) {
    case InstrumentKind.RULER:
      one.body([[0, 0], [set.size, 0], [set.size, BREADTH], [0, BREADTH]]);
      one.scale(set.size, 1);
      break;
    case InstrumentKind.SET_SQUARE_45:
      one.setSquare(set.size, set.size);
      break;
    case InstrumentKind.SET_SQUARE_60:
      one.setSquare(set.size, set.size / Math.sqrt(3));
      break;
    case InstrumentKind.PROTRACTOR:
      one.protractor(set.size);
      break;
    case InstrumentKind.COMPASS:
      one.compass(set.opening);
      break;
    default:
      break;
  }
  context.restore();
}

class Instrument {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly px: number,
  ) {}

  body(points: readonly Point[]): void {
    const { context } = this;
    context.beginPath();
    points.forEach(([x, y]) => context.lineTo(x, y));
    context.closePath();
    this.fill();
  }

  /** Millimetres along the edge from 0; `down`: 1 where the body lies below, -1 above. */
  scale(length: number, down: 1 | -1): void {
    const step = 100 / this.px >= CLOSE ? 100 : 1000;
    for (let at = 0; at <= length; at += step) {
      this.line([at, 0], [at, down * markOf(at / 100)]);
      // the zero must not hang over the end
      if (at % 1000 === 0) this.letters(String(at / 1000), at === 0 ? 100 : at, down * 750);
    }
  }

  setSquare(long: number, short: number): void {
    this.body([[0, 0], [long, 0], [0, -short]]);
    this.scale(long - 600, -1);
    this.context.beginPath();
    const [a, b] = [0.22 * long, 0.22 * short];
    [[a, -b], [a + 0.38 * long, -b], [a, -b - 0.38 * short]].forEach(([x, y]) => this.context.lineTo(x, y));
    this.context.closePath();
    this.stroke();
  }

  protractor(radius: number): void {
    const { context } = this;
    context.beginPath();
    context.arc(0, 0, radius, Math.PI, 2 * Math.PI);
    context.closePath();
    this.fill();
    const step = (Math.PI * radius) / 180 / this.px >= CLOSE ? 1 : 10;
    for (let degree = 0; degree <= 180; degree += step) {
      const angle = (degree / 180) * Math.PI;
      const at = (r: number): Point => [r * Math.cos(angle), -r * Math.sin(angle)];
      this.line(at(radius), at(radius - markOf(degree)));
      const isTen = degree % 10 === 0 && degree > 0 && degree < 180;
      if (isTen && (degree % 30 === 0 || radius >= 3500)) this.letters(String(degree), ...at(radius - 850));
    }
    this.line([0, 0], [0, -400]);
    this.line([-200, 0], [200, 0]);
  }

  compass(opening: number): void {
    const hinge: Point = [opening / 2, -APEX];
    const { context } = this;
    const thin = context.lineWidth;
    context.setLineDash([8 * thin, 6 * thin]);
    context.beginPath();
    context.arc(0, 0, opening, 0, 2 * Math.PI);
    this.stroke();
    context.setLineDash([]);
    const needle = 500 / Math.hypot(...hinge); // its last 5 mm are thin
    const above: Point = [hinge[0] * needle, hinge[1] * needle];
    context.lineWidth = Math.max(120, 2 * this.px);
    context.lineCap = context.lineJoin = "round";
    this.line(above, hinge, [opening, 0]);
    context.lineWidth = thin;
    this.line([0, 0], above);
    context.beginPath();
    context.arc(...hinge, 300, 0, 2 * Math.PI);
    this.fill();
  }

  private line(...points: readonly Point[]): void {
    this.context.beginPath();
    points.forEach((point) => this.context.lineTo(...point));
    this.stroke();
  }

  private letters(words: string, x: number, y: number): void {
    const { context } = this;
    if (LETTER / this.px < 6) return;
    context.globalAlpha = LINE;
    context.font = `${LETTER}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(words, x, y);
  }

  private fill(): void {
    this.context.globalAlpha = FILL;
    this.context.fill();
    this.stroke();
  }

  private stroke(): void {
    this.context.globalAlpha = LINE;
    this.context.stroke();
  }
}

function markOf(number: number): number {
  return number % 10 === 0 ? 500 : number % 5 === 0 ? 380 : 250;
}
