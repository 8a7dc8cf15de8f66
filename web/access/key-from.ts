/** The key in what a person pastes: the key itself, or the address that holds it; undefined where none can be sent. */
export function keyFrom(text: string): string | undefined {
  const key = text.trim().replace(/^.*#key=/, "");
  // A header takes no other characters. Whether it is a key says the API, which may also take tokens.
  return /^[\x21-\x7e]{1,8000}$/.test(key) ? key : undefined;
}
