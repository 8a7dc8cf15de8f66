/** To that size, in the colours of a JPEG file: full range and, whatever the video's matrix is, BT.601's. */
export const asJpeg = ({ width, height }: { width: number; height: number }): string[] => [
  `scale=${width}:${height}:flags=bilinear:out_range=pc:out_color_matrix=bt601`,
  "format=yuvj420p",
];
