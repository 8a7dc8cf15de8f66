import { build } from "vite";

/** Builds the page; answers the folder that the page's bucket gets. */
export async function buildPage(): Promise<string> {
  await build({ root: "web", logLevel: "warn" });
  return "dist/web";
}
