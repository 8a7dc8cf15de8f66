/** What `sinceBoot` may be off by, to its grain and to the time between two readings. */
const grainMilliseconds = 1000;
/** Longest that `sinceBoot` is not looked at, and what the time of day may move by itself meanwhile. */
const [lookMilliseconds, movedMilliseconds] = [1000, 500];

/**
 * Milliseconds that go on while the machine sleeps: a lease runs out meanwhile, and the clock of `performance.now` stands
 * still (CLOCK_MONOTONIC). `sinceBoot` is in seconds and counts sleep (CLOCK_BOOTTIME, which `os.uptime` reads), but coarsely,
 * and to read it costs as much as a tenth of a frame. So it is looked at each second, and at once where the time of day,
 * which costs nothing, has gone further than this clock.
 */
export function clockThroughSleep({
  running,
  sinceBoot,
  timeOfDay,
}: {
  running: () => number;
  sinceBoot: () => number;
  /** Epoch milliseconds; only a hint, for somebody may set it. */
  timeOfDay: () => number;
}): () => number {
  const awakeSince = sinceBoot() * 1000 - running();
  let slept = 0;
  let lookedAt = running();
  let apart = timeOfDay() - lookedAt;
  return () => {
    const now = running();
    const apartNow = timeOfDay() - now;
    if (now - lookedAt >= lookMilliseconds || Math.abs(apartNow - apart) >= movedMilliseconds) {
      [lookedAt, apart] = [now, apartNow];
      const behind = sinceBoot() * 1000 - now - awakeSince;
      if (behind > slept + grainMilliseconds) slept = behind;
    }
    return now + slept;
  };
}
