import { createHash } from "node:crypto";
import { invalidParameter } from "./sqs-errors.ts";

/** A typed value that travels beside a message's body. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const attributesMax = 10;

export function md5Hex(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** The digest that SQS returns for attributes, which SDKs compare: names in order, lengths before values. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = "", StringValue = "", BinaryValue = "" } = attributes[name] ?? {};
    const isBinary = DataType.startsWith("Binary");
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(isBinary ? Buffer.from(BinaryValue, "base64") : Buffer.from(StringValue));
  }
  return hash.digest("hex");
}

/** Refuses malformed attributes; returns their share of the message's size. */
export function measureAttributes(attributes: MessageAttributes): number {
  const entries = Object.entries(attributes);
  if (entries.length > attributesMax) {
    throw invalidParameter(`Number of message attributes exceeds the maximum ${attributesMax}`);
  }
  return entries.reduce((sum, [name, { DataType, StringValue, BinaryValue }]) => {
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType ?? "")) {
      throw invalidParameter(
        `The message attribute '${name}' must contain a non-empty message attribute type.`,
      );
    }
    const value =
      StringValue === undefined
        ? Buffer.from(BinaryValue ?? "", "base64").length
        : Buffer.byteLength(StringValue);
    return sum + Buffer.byteLength(name) + DataType.length + value;
  }, 0);
}

/** The attributes that a receiver asked for: by name, by `prefix.*` or all of them. */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const isWanted = (name: string) =>
    wanted.some(
      (pattern) =>
        pattern === "All" ||
        pattern === ".*" ||
        pattern === name ||
        (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}
