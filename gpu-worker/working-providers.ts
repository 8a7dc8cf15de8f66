import { wordsOf, type Log } from "./log.ts";
import { providers, type Provider } from "./detector/providers.ts";

/** Which execution providers really run a model here, best first: being listed says only that they were compiled in. */
export async function workingProviders({
  supported,
  tryOut,
  log,
}: {
  /** Names that onnxruntime lists. */
  supported: readonly string[];
  /** Loads a model on the provider and runs it once. */
  tryOut: (provider: Provider) => Promise<void>;
  log: Log;
}): Promise<Provider[]> {
  const working: Provider[] = [];
  for (const provider of providers) {
    if (!supported.includes(provider)) continue;
    try {
      await tryOut(provider);
      working.push(provider);
    } catch (error) {
      log("INFO", "an execution provider does not work here", { provider, error: wordsOf(error) });
    }
  }
  return working;
}
