/** Bytes a second over the last few seconds, so that the time left does not jump. */
export function rateMeter(windowMs = 8000): (bytes: number, nowMs: number) => number | null {
  const seen: { bytes: number; nowMs: number }[] = [];
  return (bytes, nowMs) => {
    // A retry of a part takes bytes back; what was measured before it says nothing any more.
    if (seen.length > 0 && bytes < seen.at(-1)!.bytes) seen.length = 0;
    seen.push({ bytes, nowMs });
    while (nowMs - seen[0]!.nowMs > windowMs) seen.shift();
    const elapsedMs = nowMs - seen[0]!.nowMs;
    return elapsedMs < 500 ? null : ((bytes - seen[0]!.bytes) / elapsedMs) * 1000;
  };
}
