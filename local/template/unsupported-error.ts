/** The template asks for something that the local system cannot do; the start ends here, with its name. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";

  constructor(what: string, where: string) {
    super(`The template uses ${what} (${where}), which the local system does not know.`);
  }
}
