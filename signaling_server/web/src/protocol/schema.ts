// Readers for generated.ts: turn parsed JSON into a value of a type, or refuse it.
// The counterpart of schema.py; refuses the same values.

/** What came does not fit its schema. `path` names the field, never the value. */
export class InvalidError extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path || "message"}: ${reason}`);
    this.name = "InvalidError";
  }
}

export type Reader<T> = (value: unknown, path: string) => T;

// A field's reader, and its default where it may be left out.
type Fields = Record<string, readonly [Reader<unknown>, unknown?]>;

export function int(low: number, high: number): Reader<number> {
  return (value, path) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value)) {
      throw new InvalidError(path, "not a whole number");
    }
    if (value < low || value > high) throw new InvalidError(path, "out of range");
    return value;
  };
}

/** A text whose length is counted in characters (code points), as Python counts. */
export function text(longest: number, shortest: number, isHex = false): Reader<string> {
  return (value, path) => {
    if (typeof value !== "string") throw new InvalidError(path, "not a text");
    const length = value.length > longest ? Array.from(value).length : value.length;
    if (length > longest || Array.from(value.slice(0, 2 * shortest)).length < shortest) {
      throw new InvalidError(path, "text too long or too short");
    }
    if (hasLoneSurrogate(value) || value.includes("\0")) throw new InvalidError(path, "not a plain text");
    if (isHex && !/^[0-9a-f]*$/.test(value)) throw new InvalidError(path, "not hex");
    return value;
  };
}

function hasLoneSurrogate(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = value.charCodeAt(i + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return true;
    i += 1;
  }
  return false;
}

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new InvalidError(path, "not true or false");
  return value;
};

export function oneOf<T extends string | number>(values: readonly T[]): Reader<T> {
  return (value, path) => {
    if (!values.includes(value as T)) throw new InvalidError(path, "unknown value");
    return value as T;
  };
}

export function list<T>(item: Reader<T>, most: number, fewest: number): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new InvalidError(path, "not a list");
    if (value.length < fewest || value.length > most) {
      throw new InvalidError(path, "list too long or too short");
    }
    return value.map((one, i) => item(one, `${path}[${i}]`));
  };
}

export function nullable<T>(inner: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null ? null : inner(value, path));
}

/** An object with exactly these fields; `tag` is the value of its field `t`. */
export function object<T>(fields: Fields, tag?: string): Reader<T> {
  return (value, path) => {
    const source = asObject(value, path);
    const built: Record<string, unknown> = {};
    if (tag !== undefined) built.t = tag;
    for (const name of Object.keys(source)) {
      if (name === "t" && tag !== undefined) continue;
      if (!Object.prototype.hasOwnProperty.call(fields, name)) {
        throw new InvalidError(`${path}.${name.slice(0, 40)}`, "unknown field");
      }
    }
    for (const [name, field] of Object.entries(fields)) {
      const inner = path ? `${path}.${name}` : name;
      if (Object.prototype.hasOwnProperty.call(source, name)) built[name] = field[0](source[name], inner);
      else if (field.length < 2) throw new InvalidError(inner, "missing");
      else built[name] = field[1];
    }
    return built as T;
  };
}

/** One of several objects, told apart by their field `t`. */
export function tagged<T>(kinds: Record<string, Reader<T>>): Reader<T> {
  return (value, path) => {
    const tag = asObject(value, path).t;
    if (typeof tag !== "string" || !Object.prototype.hasOwnProperty.call(kinds, tag)) {
      throw new InvalidError(path ? `${path}.t` : "t", "unknown kind");
    }
    return (kinds[tag] as Reader<T>)(value, path || tag);
  };
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidError(path, "not an object");
  }
  return value as Record<string, unknown>;
}
