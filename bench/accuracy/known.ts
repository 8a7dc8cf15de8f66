/**
 * Shares of agreement that are known to stay short of the bar, by model, on clips that are scaled. OpenCV rounds down
 * within its fixed-point sums and swscale does not: 5 to 10 % of bytes are one level apart, and where two neighbouring
 * anchors of almost equal score see one object, that decides which one stays. With OpenCV's own pixels all but one of
 * 1,687 boxes agree; on clips of the model's own size all do, so there nothing is accepted.
 */
const knownShares: Readonly<Record<string, number>> = {
  yolox_nano_416_kazuhito: 0.985,
  yolox_nano_640: 0.985,
  deimv2_atto_coco: 0.975,
  nanodet_m_416: 0.95,
  // 2 of 13 faces, a few pixels each.
  yunet_n_640_640: 0.84,
};

/** The least share that is no news; undefined where the bar itself holds. */
export const knownShare = (model: string, clip: string): number | undefined =>
  clip.startsWith("exact_") ? undefined : knownShares[model];
