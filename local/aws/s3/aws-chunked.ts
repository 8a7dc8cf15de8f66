import { AwsError } from "../aws-error.ts";
import { ByteReader } from "../http/byte-reader.ts";

const lineBreak = Buffer.from("\r\n");
const lineBytesMax = 1024;

/**
 * Decodes the aws-chunked transfer coding that SDKs use to send a checksum after the body.
 * Chunk signatures are not checked again: the trailing checksum is.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer, void> {
  const reader = new ByteReader(source);
  for (;;) {
    const header = await reader.readUntil(lineBreak, lineBytesMax);
    const sizeBytes = Number.parseInt(header?.toString() ?? "", 16);
    if (!(sizeBytes >= 0)) throw incompleteBody();
    if (sizeBytes === 0) break;

    let passedBytes = 0;
    for await (const chunk of reader.pass(sizeBytes)) {
      passedBytes += chunk.length;
      yield chunk;
    }
    const end = await reader.readUntil(lineBreak, lineBytesMax);
    if (passedBytes < sizeBytes || end?.length !== 0) throw incompleteBody();
  }

  for (;;) {
    const trailer = (await reader.readUntil(lineBreak, lineBytesMax))?.toString();
    if (!trailer) break;
    const colon = trailer.indexOf(":");
    onTrailer(trailer.slice(0, colon).trim().toLowerCase(), trailer.slice(colon + 1).trim());
  }
  await reader.drain();
}

function incompleteBody(): AwsError {
  return new AwsError(
    400,
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
}
