// Names for the numbers that travel: the counterpart of ids.py. They pass 2**32, so arithmetic
// is used in place of bit operations.

export const GLOBAL_PAGE = 0;

/** An opening of a log by an engine. */
export interface Epoch {
  counter: number;
  engine: string;
}

export const NO_EPOCH: Epoch = { counter: 0, engine: "0".repeat(16) };

/** Negative, zero or positive, as `one` is older than, equal to or newer than `other`. */
export function compareEpochs(one: Epoch, other: Epoch): number {
  if (one.counter !== other.counter) return one.counter - other.counter;
  if (one.engine === other.engine) return 0;
  return one.engine < other.engine ? -1 : 1;
}

export function strokeId(member: number, connection: number, counter: number): number {
  return member * 2 ** 36 + connection * 2 ** 20 + counter;
}

/** `counter` starts at 1, so that an id is never 0. */
export function commandId(connection: number, counter: number): number {
  return connection * 2 ** 24 + counter;
}
