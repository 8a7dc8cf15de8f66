/** Reads a byte stream by delimiter or by count and holds no more than one look-ahead. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer;

  constructor(source: AsyncIterable<Buffer>, held: Buffer = Buffer.alloc(0)) {
    this.#source = source[Symbol.asyncIterator]();
    this.#held = held;
  }

  /** The bytes before the delimiter, which is consumed; undefined when `bytesMax` or the stream ends first. */
  async readUntil(delimiter: Buffer, bytesMax: number): Promise<Buffer | undefined> {
    for (;;) {
      const position = this.#held.indexOf(delimiter);
      if (position >= 0) return this.#consume(position, delimiter.length);
      if (this.#held.length > bytesMax || !(await this.#fill())) return undefined;
    }
  }

  /** Passes on the next `count` bytes; fewer only when the stream ends. */
  async *pass(count: number): AsyncGenerator<Buffer, void> {
    for (let left = count; left > 0;) {
      if (this.#held.length === 0 && !(await this.#fill())) return;
      const chunk = this.#consume(Math.min(left, this.#held.length), 0);
      left -= chunk.length;
      yield chunk;
    }
  }

  /** Passes on the bytes before the delimiter, which is consumed; returns whether it was found. */
  async *passUntil(delimiter: Buffer): AsyncGenerator<Buffer, boolean> {
    for (;;) {
      const position = this.#held.indexOf(delimiter);
      if (position >= 0) {
        if (position > 0) yield this.#held.subarray(0, position);
        this.#consume(position, delimiter.length);
        return true;
      }
      // The last bytes may be the beginning of the delimiter.
      const safe = this.#held.length - delimiter.length;
      if (safe > 0) yield this.#consume(safe, 0);
      if (!(await this.#fill())) return false;
    }
  }

  /** Reads the rest and forgets it. */
  async drain(): Promise<void> {
    do this.#held = Buffer.alloc(0);
    while (await this.#fill());
  }

  #consume(count: number, skip: number): Buffer {
    const consumed = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count + skip);
    return consumed;
  }

  async #fill(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}
