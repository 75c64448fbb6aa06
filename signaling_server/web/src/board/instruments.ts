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
  scale(length: number, down: 1 | -1, until = length): void {
    for (let at = 0; at <= until; at += 100) {
      const mm = at / 100;
      const long = mm % 10 === 0 ? 500 : mm % 5 === 0 ? 380 : 250;
      if (mm % 10 !== 0 && this.px > 60) continue; // far away single millimetres are a grey bar
      this.line([at, 0], [at, down * long]);
      if (mm % 10 === 0) this.letters(String(mm / 10), at, down * (down > 0 ? 880 : 600));
    }
  }

  setSquare(long: number, short: number): void {
    this.body([[0, 0], [long, 0], [0, -short]]);
    this.scale(long, -1, long - 600);
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
    for (let degree = 0; degree <= 180; degree += this.px > 60 ? 10 : 1) {
      const long = degree % 10 === 0 ? 500 : degree % 5 === 0 ? 380 : 250;
      const angle = (degree / 180) * Math.PI;
      const at = (r: number): Point => [r * Math.cos(angle), -r * Math.sin(angle)];
      this.line(at(radius), at(radius - long));
      if (degree % 30 === 0) this.letters(String(degree), ...at(radius - 850), 110);
    }
    this.line([0, 0], [0, -400]);
    this.line([-200, 0], [200, 0]);
  }

  compass(opening: number): void {
    const hinge: Point = [opening / 2, -APEX];
    const { context } = this;
    context.lineWidth = Math.max(120, 2 * this.px);
    this.line([0, 0], hinge);
    this.line(hinge, [opening, 0]);
    context.beginPath();
    context.arc(...hinge, 300, 0, 2 * Math.PI);
    this.fill();
    context.lineWidth = Math.max(15, this.px);
    context.setLineDash([200, 200]);
    context.beginPath();
    context.arc(0, 0, opening, 0, 2 * Math.PI);
    this.stroke();
    context.setLineDash([]);
  }

  private line(from: Point, to: Point): void {
    this.context.beginPath();
    this.context.moveTo(...from);
    this.context.lineTo(...to);
    this.stroke();
  }

  private letters(words: string, x: number, y: number, lower = 0): void {
    const { context } = this;
    if (LETTER / this.px < 5) return;
    context.globalAlpha = LINE;
    context.font = `${LETTER}px sans-serif`;
    context.textAlign = "center";
    context.fillText(words, x, y + lower);
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
