import { signal } from "@preact/signals";
import { formatRoute, parseRoute } from "./route.ts";
import type { Route, View } from "./route.ts";

/** Where the page is. */
export const route = signal<Route>(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** Goes to another view; the way back stays open. */
export const goTo = (next: Exclude<Route, { name: "unknown" }>): void => {
  location.hash = formatRoute(next);
};

/** Keeps the address shareable while somebody looks around, without a step in the history for each look. */
export function rememberView(jobId: string, view: View): void {
  const { value } = route;
  if (value.name !== "job" || value.jobId !== jobId) return;
  history.replaceState(history.state, "", formatRoute({ name: "job", jobId, view }));
}
