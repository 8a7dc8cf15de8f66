import { AwsError } from "../aws-error.ts";

/** A request line's target, decoded once, with the query in its original order for the signature. */
export interface RequestTarget {
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly parameters: ReadonlyMap<string, string>;
}

/** Decodes a request target. `URL` is no use here: it folds `a/../b`, which is a key like any other to S3. */
export function parseRequestTarget(target: string): RequestTarget {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = (mark < 0 ? "" : target.slice(mark + 1))
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] =
        equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decode(name.replaceAll("+", " ")), decode(value.replaceAll("+", " "))] as const;
    });

  return { path, segments: path.split("/").map(decode), query, parameters: new Map(query) };
}

/** Percent-encodes as signatures and S3 need it: everything but `A–Z a–z 0–9 - _ . ~`. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A key as it stands in a URL's path: encoded, slashes kept. */
export function encodeKey(key: string): string {
  return encodeRfc3986(key).replaceAll("%2F", "/");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}
