/** An element of a control body: namespaces and attributes dropped, as S3 reads none of them. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** What becomes XML: arrays repeat their element, undefined leaves it out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

const entities: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};
const token =
  /<[?!](?!\[CDATA)[^>]*>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g;

/** Parses a control body and returns its root element; an empty one when there is none. */
export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: "", children: [], text: "" };
  const open = [document];
  for (const [, characters, closing, name, selfClosing, text] of source.matchAll(token)) {
    const parent = open.at(-1) ?? document;
    if (text !== undefined) parent.text += unescapeXml(text);
    else if (characters !== undefined) parent.text += characters;
    else if (name !== undefined && closing) open.pop();
    else if (name !== undefined) {
      const element = { name: name.replace(/^.*:/, ""), children: [], text: "" };
      parent.children.push(element);
      if (!selfClosing) open.push(element);
    }
  }
  return document.children[0] ?? document;
}

export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function textOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text;
}

/** The XML of one element and everything below it. */
export function toXml(name: string, value: XmlValue, attributes = ""): string {
  if (value === undefined) return "";
  if (isList(value)) return value.map((each) => toXml(name, each)).join("");
  const inner =
    typeof value === "object"
      ? Object.entries(value)
          .map(([child, each]) => toXml(child, each))
          .join("")
      : escapeXml(String(value));
  return `<${name}${attributes}>${inner}</${name}>`;
}

/** A whole answer in S3's namespace. */
export function xmlDocument(name: string, value: XmlValue): string {
  return `${xmlDeclaration}${toXml(name, value, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`;
}

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeXml(text: string): string {
  // Keys may hold control characters; as numeric references they survive the round trip.
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[<>&"'\x00-\x1f\ufffe\uffff]/g, (character) => {
    const entity = Object.keys(entities).find((name) => entities[name] === character);
    return entity ? `&${entity};` : `&#${character.charCodeAt(0)};`;
  });
}

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|amp|quot|apos));/gi,
    (_, hexadecimal?: string, decimal?: string, name?: string) => {
      if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return entities[name?.toLowerCase() ?? ""] ?? "";
    },
  );
}
