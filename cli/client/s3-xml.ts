export interface Part {
  readonly partNumber: number;
  /** With its quotes, as S3 gives it. */
  readonly etag: string;
  readonly sizeBytes: number;
}

/** Text of the first element of that name; S3's answers nest no element in one of the same name. */
export function elementText(xml: string, name: string): string | undefined {
  const match = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml);
  return match ? unescape(match[1]!) : undefined;
}

/** The parts that the store has, by ListPartsResult. */
export function readParts(xml: string): Part[] {
  return [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => {
    const partNumber = Number(elementText(part, "PartNumber"));
    const etag = elementText(part, "ETag");
    const sizeBytes = Number(elementText(part, "Size"));
    if (!Number.isInteger(partNumber) || !etag || !Number.isInteger(sizeBytes)) {
      throw new Error(`The store listed a part that cannot be read: ${part.slice(0, 200)}`);
    }
    return { partNumber, etag, sizeBytes };
  });
}

/** The body of CompleteMultipartUpload. */
export function writeParts(parts: readonly Part[]): string {
  const rows = parts.map(
    ({ partNumber, etag }) =>
      `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rows.join("")}</CompleteMultipartUpload>`;
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name] ?? whole;
  });
}
