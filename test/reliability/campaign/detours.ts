import { jobIdIn, type ProxiedRequest } from "./proxied-request.ts";

/** What the other does after its claim before the request arrives. */
const headStartMilliseconds = 200;
/** As long as it may take until somebody claims the job of a dead worker, on a busy machine. */
const leasesMax = 8;

/** Where requests of workers that were hit linger until another worker has claimed their job: the worst moment to arrive. */
export function openDetours(leaseSeconds: number) {
  const lingering = new Map<string, (() => void)[]>();
  let overtaken = 0;

  return {
    /** Requests whose job was claimed by another before they arrived. */
    overtaken: () => overtaken,
    /** Resolves soon after the next claim of the request's job, or after some leases without one. */
    async hold(request: ProxiedRequest): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, leaseSeconds * leasesMax * 1000);
      const jobId = jobIdIn(request);
      if (jobId) lingering.set(jobId, [...(lingering.get(jobId) ?? []), resolve]);
      await promise;
      clearTimeout(timer);
    },
    /** The request was such a claim. */
    claimed(request: ProxiedRequest): void {
      const jobId = jobIdIn(request) ?? "";
      for (const arrive of lingering.get(jobId) ?? []) {
        overtaken++;
        setTimeout(arrive, headStartMilliseconds);
      }
      lingering.delete(jobId);
    },
  };
}
