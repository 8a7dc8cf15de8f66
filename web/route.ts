import { jobStatuses } from "../contracts/work-row.ts";
import type { JobStatus } from "../contracts/work-row.ts";

/** What a link to a job can carry: where to look and through which filter. */
export interface View {
  /** Seconds on the player's timeline. */
  readonly t?: number | undefined;
  readonly score?: number | undefined;
  /** Labels that are shown; all of them when absent. */
  readonly classes?: readonly string[] | undefined;
  /** The number of the track that is followed. */
  readonly track?: number | undefined;
}

export type Route =
  | { readonly name: "home"; readonly status?: JobStatus | undefined }
  | { readonly name: "job"; readonly jobId: string; readonly view: View }
  | { readonly name: "unknown" };

const finite = (text: string | null, max: number): number | undefined => {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return value >= 0 && value <= max ? value : undefined;
};

/** Reads a location hash such as `#/jobs/{id}?t=12.4&score=.35&class=player`. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const search = new URLSearchParams(query);

  if (path === "" || path === "/") {
    const status = jobStatuses.find((known) => known === search.get("status"));
    return { name: "home", status };
  }

  const jobId = /^\/jobs\/([A-Za-z0-9_-]{1,64})$/.exec(path)?.[1];
  if (jobId === undefined) return { name: "unknown" };

  const classes = search.has("class") ? search.getAll("class").filter(Boolean) : undefined;
  return {
    name: "job",
    jobId,
    view: {
      t: finite(search.get("t"), 1e6),
      score: finite(search.get("score"), 1),
      classes,
      track: finite(search.get("track"), 2 ** 32 - 1),
    },
  };
}

/** The hash that `parseRoute` reads back. */
export function formatRoute(route: Exclude<Route, { name: "unknown" }>): string {
  const search = new URLSearchParams();
  if (route.name === "home") {
    if (route.status !== undefined) search.set("status", route.status);
    return `#/${search.size > 0 ? `?${search}` : ""}`;
  }

  const { t, score, classes, track } = route.view;
  if (t !== undefined) search.set("t", String(Math.round(t * 1000) / 1000));
  if (score !== undefined) search.set("score", String(score));
  for (const label of classes ?? []) search.append("class", label);
  if (classes?.length === 0) search.set("class", "");
  if (track !== undefined) search.set("track", String(track));
  return `#/jobs/${route.jobId}${search.size > 0 ? `?${search}` : ""}`;
}

/** Links of the page. */
export const homeHref = (status?: JobStatus): string => formatRoute({ name: "home", status });
export const jobHref = (jobId: string): string => formatRoute({ name: "job", jobId, view: {} });
