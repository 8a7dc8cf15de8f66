const releases = new Map<string, () => void>();

/** Takes the right to send a job's video, for this tab alone; false while another tab has it. */
export function holdUpload(jobId: string): Promise<boolean> {
  if (releases.has(jobId)) return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`framequeue.upload.${jobId}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        // Held until it is given back, or until the tab is gone.
        return new Promise<void>((release) => releases.set(jobId, release));
      })
      .catch(reject);
  });
}

export function releaseUpload(jobId: string): void {
  releases.get(jobId)?.();
  releases.delete(jobId);
}
