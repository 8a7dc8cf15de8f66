import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import type { ResultsView } from "../../contracts/api.ts";
import { getResults } from "../api/calls.ts";
import { ApiProblem } from "../api/client.ts";
import { artifactNames } from "./artifact-names.ts";

/** A result's links, and a way to read them that outlives their signatures. */
export interface ResultFiles {
  readonly links: Signal<ResultsView>;
  readonly has: (name: string) => boolean;
  readonly read: (name: string, signal: AbortSignal) => Promise<Response>;
  /** The video that is played. */
  readonly readPlayed: (signal: AbortSignal) => Promise<Response>;
  /** Asks for fresh links; several askers share one answer. */
  readonly renew: () => Promise<ResultsView>;
}

/** What a browser plays: the preview where there is one. */
export const playedOf = ({ artifacts, source }: ResultsView): { readonly url: string } =>
  artifacts.find(({ name }) => name === artifactNames.preview) ?? source;

const unreadable = (name: string, status: number) =>
  new ApiProblem({
    code: "RESULT_UNREADABLE",
    status,
    title: "A file of the result cannot be read",
    detail:
      status === 0
        ? `The storage gave no answer for ${name}.`
        : `The storage answered ${status} for ${name}.`,
    hint: "Check the connection, or the bucket's CORS rules, and load the page again.",
  });

/** Opens the results of a completed job. */
export async function openResult(jobId: string, signal_: AbortSignal): Promise<ResultFiles> {
  const links = signal(await getResults(jobId, signal_));
  let renewing: Promise<ResultsView> | undefined;

  const renew = () => {
    renewing ??= getResults(jobId)
      .then((fresh) => (links.value = fresh))
      .finally(() => (renewing = undefined));
    return renewing;
  };
  const find = (name: string) =>
    [links.value.manifest, ...links.value.artifacts].find((entry) => entry.name === name);

  async function read(
    name: string,
    signal: AbortSignal,
    urlNow = () => find(name)?.url,
  ): Promise<Response> {
    for (const isLast of [false, true]) {
      const url = urlNow();
      if (url === undefined) throw unreadable(name, 404);
      const answer = await fetch(url, { signal }).catch((cause: unknown) => {
        if (signal.aborted) throw cause;
        throw unreadable(name, 0);
      });
      if (answer.ok) return answer;
      // 403 is what the store says to a signature that has run out.
      if (isLast || answer.status !== 403) throw unreadable(name, answer.status);
      await renew();
    }
    throw unreadable(name, 403);
  }

  return {
    links,
    has: (name) => find(name) !== undefined,
    read: (name, signal) => read(name, signal),
    readPlayed: (signal) => read("the video", signal, () => playedOf(links.value).url),
    renew,
  };
}
