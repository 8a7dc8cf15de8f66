import { limits } from "../contracts/limits.ts";
import { wordsOf, type Log } from "./log.ts";
import type { ProfiledNodes } from "./detector/profiled-nodes.ts";
import { providers, type Provider } from "./detector/providers.ts";
import { whatIsMissing } from "./detector/what-is-missing.ts";

export interface WorkingProvider {
  readonly provider: Provider;
  /** Part of the probe's nodes that ran there, 0–1. */
  readonly nodeShare: number;
}

export interface FoundProviders {
  /** Best first. */
  readonly working: readonly WorkingProvider[];
  /** Why the others do not. */
  readonly refused: Readonly<Partial<Record<Provider, string>>>;
}

/** Which execution providers really run a model here, by the profile of a run: being listed says only that they were compiled in. */
export async function workingProviders({
  supported,
  tryOut,
  log,
}: {
  /** Names that onnxruntime lists. */
  supported: readonly string[];
  /** Loads a model on the provider, runs it once and counts where its nodes ran. */
  tryOut: (provider: Provider) => Promise<ProfiledNodes>;
  log: Log;
}): Promise<FoundProviders> {
  const working: WorkingProvider[] = [];
  const refused: Partial<Record<Provider, string>> = {};
  for (const provider of providers) {
    if (!supported.includes(provider)) {
      refused[provider] = "this build of onnxruntime does not have it.";
      continue;
    }
    try {
      const { all, onProvider } = await tryOut(provider);
      const nodeShare = all ? onProvider / all : 0;
      if (nodeShare < limits.providerNodeShareMin) {
        throw new Error(`the profile shows CPU: ${onProvider} of ${all} nodes ran there.`);
      }
      working.push({ provider, nodeShare });
    } catch (error) {
      refused[provider] = whatIsMissing(wordsOf(error));
      log("INFO", "an execution provider does not work here", { provider, error: wordsOf(error) });
    }
  }
  return { working, refused };
}
