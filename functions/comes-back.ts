/** Thrown by who has seen to it when a message comes again: it is to stay in its queue, and that is no fault. */
export class ComesBack extends Error {
  override readonly name = "ComesBack";
}
