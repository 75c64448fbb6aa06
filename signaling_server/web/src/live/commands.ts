// Commands on their way: kept until an entry cites them or they are refused, sent again after a
// reconnect in their order. Pure.
import type { Command, SendCommand } from "../protocol/generated";
import { commandId } from "../protocol/ids";

export class CommandQueue {
  private readonly waiting = new Map<number, SendCommand>();
  private connection = 0;
  private counter = 0;

  constructor(private readonly send: (message: SendCommand) => boolean) {}

  /** A new connection in the lesson: ids go on under its number; what waits is sent again. */
  attach(connection: number): void {
    this.connection = connection;
    this.counter = 0;
    this.waiting.forEach((message) => this.send(message));
  }

  /** Send a command; its id. */
  push(body: Command): number {
    this.counter += 1;
    const command = commandId(this.connection, this.counter);
    const message: SendCommand = { t: "command", command, body };
    this.waiting.set(command, message);
    this.send(message);
    return command;
  }

  /** Forget what the log cites by now. */
  confirm(confirmed: ReadonlySet<number>): void {
    for (const command of Array.from(this.waiting.keys())) if (confirmed.has(command)) this.waiting.delete(command);
  }

  /** A command was refused: what it was, once; null if it is unknown or settled. */
  refuse(command: number): Command | null {
    const message = this.waiting.get(command);
    this.waiting.delete(command);
    return message?.body ?? null;
  }

  get waitingCount(): number {
    return this.waiting.size;
  }
}
