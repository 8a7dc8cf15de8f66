import { join } from "node:path";

/** Where models that were fetched stay, by the custom of the operating system. */
export function cacheDirectory({
  platform,
  home,
  environment,
}: {
  platform: NodeJS.Platform;
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
}): string {
  const base =
    platform === "darwin"
      ? join(home, "Library", "Caches")
      : platform === "win32"
        ? (environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"))
        : (environment["XDG_CACHE_HOME"] ?? join(home, ".cache"));
  return join(base, "framequeue", "models");
}
