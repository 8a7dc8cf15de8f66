/**
 * Tells the time of every picture that comes on the screen, until the returned function is called. The time is
 * the picture's own (`mediaTime`); only a browser that cannot say it gives the clock's, which may be a frame off.
 */
export function watchFrames(
  video: HTMLVideoElement,
  onFrame: (mediaTime: number) => void,
): () => void {
  if ("requestVideoFrameCallback" in video) {
    let handle = video.requestVideoFrameCallback(function again(_now, { mediaTime }) {
      handle = video.requestVideoFrameCallback(again);
      onFrame(mediaTime);
    });
    return () => video.cancelVideoFrameCallback(handle);
  }

  const element = video as HTMLVideoElement;
  let seen = -1;
  let handle = requestAnimationFrame(function again() {
    handle = requestAnimationFrame(again);
    if (element.currentTime === seen || element.seeking || element.readyState < 2) return;
    seen = element.currentTime;
    onFrame(seen);
  });
  return () => cancelAnimationFrame(handle);
}
