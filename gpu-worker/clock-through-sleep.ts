/** What `sinceBoot` may be off by, to its grain and to the time between two readings. */
const grainMilliseconds = 1000;

/**
 * Milliseconds that go on while the machine sleeps: a lease runs out meanwhile, and the clock of `performance.now` stands
 * still (CLOCK_MONOTONIC). `sinceBoot` is in seconds and counts sleep (CLOCK_BOOTTIME, which `os.uptime` reads), but coarsely.
 */
export function clockThroughSleep({
  running,
  sinceBoot,
}: {
  running: () => number;
  sinceBoot: () => number;
}): () => number {
  const awakeSince = sinceBoot() * 1000 - running();
  let slept = 0;
  return () => {
    const now = running();
    const behind = sinceBoot() * 1000 - now - awakeSince;
    if (behind > slept + grainMilliseconds) slept = behind;
    return now + slept;
  };
}
