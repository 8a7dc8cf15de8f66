const newline = 0x0a;

/**
 * Lines of UTF-8 text, each made when it is asked for: `readline` keeps up to a thousand waiting, which outlive the young
 * generation. What follows the last newline is a line, too.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(newline, start);
      if (end === -1) break;
      begun.push(chunk.subarray(start, end));
      yield textOf(begun);
      begun = [];
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
  }
  if (begun.length > 0) yield textOf(begun);
}

const textOf = (parts: readonly Buffer[]): string =>
  (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString("utf8");
