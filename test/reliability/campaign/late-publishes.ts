import { isPublish, jobIdIn, type ProxiedRequest } from "./proxied-request.ts";

/**
 * Draws which publishes are late, once for each worker and job: one that is tried again is late again, for otherwise the
 * second would bring what the first was to find overtaken.
 */
export function latePublishes(rate: number, random: () => number) {
  const drawn = new Map<string, boolean>();
  return (request: ProxiedRequest): boolean => {
    if (!isPublish(request)) return false;
    const key = `${request.sender} ${jobIdIn(request)}`;
    const isLate = drawn.get(key) ?? random() < rate;
    drawn.set(key, isLate);
    return isLate;
  };
}
