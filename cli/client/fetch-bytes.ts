import { CommandError } from "../faults.ts";

/** The line broke or the storage is in trouble: the same may work a little later. */
export class NetworkFault extends CommandError {}

/** A result's bytes as they come. Rejects with a NetworkFault where another try may help. */
export async function* fetchBytes(url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const broken = (message: string) => (cause: unknown) => {
    signal.throwIfAborted();
    return new NetworkFault(message, { cause });
  };
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw broken(`${new URL(url).origin} does not answer.`)(cause);
  });
  if (!answer.ok || !answer.body) {
    const Fault = answer.status >= 500 ? NetworkFault : CommandError;
    throw new Fault(`The storage refuses a result: ${answer.status}.`);
  }

  const reader = answer.body.getReader();
  try {
    for (;;) {
      const next = await reader.read().catch((cause: unknown) => {
        throw broken("A result broke off while it was read.")(cause);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
