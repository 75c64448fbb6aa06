// Numbers and bytes at the front of a buffer: the counterpart of varint.py.
import { InvalidError } from "./schema";

export class ByteReader {
  private at = 0;

  constructor(private readonly data: Uint8Array) {}

  get isEmpty(): boolean {
    return this.at >= this.data.length;
  }

  byte(): number {
    if (this.at >= this.data.length) throw new InvalidError("", "cut short");
    return this.data[this.at++];
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.data.length) throw new InvalidError("", "cut short");
    const piece = this.data.subarray(this.at, this.at + count);
    this.at += count;
    return piece;
  }

  /** One number, 0..2**53-1; by arithmetic, because bit operations end at 2**31. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new InvalidError("", "number too large");
        return value;
      }
      scale *= 128;
    }
    throw new InvalidError("", "number too long");
  }

  /** `count` numbers, each written as its zig-zag difference to the one before. */
  column(count: number): number[] {
    const out: number[] = new Array<number>(count);
    let last = 0;
    for (let i = 0; i < count; i++) {
      const z = this.varint();
      last += z % 2 === 0 ? z / 2 : -(z + 1) / 2;
      out[i] = last;
    }
    return out;
  }
}

export class ByteWriter {
  private bytes: number[] = [];

  byte(value: number): this {
    this.bytes.push(value & 0xff);
    return this;
  }

  raw(data: ArrayLike<number>): this {
    for (let i = 0; i < data.length; i++) this.bytes.push(data[i]);
    return this;
  }

  varint(value: number): this {
    while (value > 0x7f) {
      this.bytes.push((value % 128) | 0x80);
      value = Math.floor(value / 128);
    }
    this.bytes.push(value);
    return this;
  }

  column(values: readonly number[]): this {
    let last = 0;
    for (const value of values) {
      const delta = value - last;
      last = value;
      this.varint(delta >= 0 ? delta * 2 : -delta * 2 - 1);
    }
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

export function toHex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 as zlib computes it. */
export function crc32(data: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < data.length; i++) c = CRC_TABLE[(c ^ data[i]) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
