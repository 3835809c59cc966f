/** Who may have a connection of the process: lines wait in turn, by tenant, and no tenant takes more than it leaves free, so that none waits for another whose server is slow. */

/** As much of a line as its turn depends on. */
export interface Turn {
  readonly tenant: string;
}

/** So many messages a line has before others that wait have theirs: a new connection costs as much as some messages. */
const MESSAGES = 10;

export class Slots<Line extends Turn> {
  readonly #total: number;
  readonly #isShared: boolean;
  readonly #onTurn: (line: Line) => void;
  readonly #held = new Map<string, number>();
  /** The tenants whose lines wait, each with these, in the order of their turns. */
  readonly #waiting = new Map<string, Set<Line>>();
  readonly #taken = new Map<Line, number>();
  #used = 0;

  /**
   * @param total attempts at once
   * @param tenants how many share them
   * @param onTurn told when a line may try again: it was refused before, or has just given one back
   */
  constructor(total: number, tenants: number, onTurn: (line: Line) => void) {
    this.#total = total;
    this.#isShared = tenants > 1;
    this.#onTurn = onTurn;
  }

  /** Takes a slot for one attempt; a line that gets none is told when it is its turn. */
  take(line: Line): boolean {
    if (!this.#mayHave(line.tenant)) {
      this.#wait(line);
      return false;
    }
    this.#used += 1;
    this.#held.set(line.tenant, (this.#held.get(line.tenant) ?? 0) + 1);
    this.#taken.set(line, (this.#taken.get(line) ?? 0) + 1);
    this.#leave(line);
    return true;
  }

  /** Gives the slot back: to the same line until it has had its turn, and then to those that wait. */
  give(line: Line): void {
    this.#used -= 1;
    const held = (this.#held.get(line.tenant) ?? 1) - 1;
    if (held > 0) this.#held.set(line.tenant, held);
    else this.#held.delete(line.tenant);
    if ((this.#taken.get(line) ?? 0) < MESSAGES) {
      this.#onTurn(line);
      this.#passOn();
      return;
    }
    this.#taken.delete(line);
    this.#passOn();
    this.#onTurn(line);
  }

  /** A line that has nothing to do any more. */
  leave(line: Line): void {
    this.#taken.delete(line);
    this.#leave(line);
  }

  #mayHave(tenant: string): boolean {
    const free = this.#total - this.#used;
    return free > 0 && (!this.#isShared || (this.#held.get(tenant) ?? 0) < free);
  }

  #wait(line: Line): void {
    const lines = this.#waiting.get(line.tenant);
    if (lines) lines.add(line);
    else this.#waiting.set(line.tenant, new Set([line]));
  }

  #leave(line: Line): void {
    const lines = this.#waiting.get(line.tenant);
    if (!lines?.delete(line)) return;
    if (lines.size === 0) this.#waiting.delete(line.tenant);
  }

  /** As long as any is free; a line that makes no use of its turn keeps none from the next. */
  #passOn(): void {
    for (let line = this.#next(); line; line = this.#next()) this.#onTurn(line);
  }

  /** Of the first tenant that may have one the first line; both go to the end, should they wait again. */
  #next(): Line | null {
    for (const [tenant, lines] of this.#waiting) {
      const [line] = lines;
      if (!line || !this.#mayHave(tenant)) continue;
      this.#waiting.delete(tenant);
      lines.delete(line);
      if (lines.size > 0) this.#waiting.set(tenant, lines);
      return line;
    }
    return null;
  }
}
