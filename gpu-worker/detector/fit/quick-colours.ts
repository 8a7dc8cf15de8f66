/**
 * How Y, U and V become red, green and blue, with the numbers of swscale's quick converter, by which OpenCV's and
 * ffmpeg's users see their videos: ((8 × value − zero) × factor) >> 16 for each part, added up.
 */
export interface QuickColours {
  /** Eight times the level of black. */
  readonly black: number;
  /** Factors of 1/8192. */
  readonly luma: number;
  readonly redOfV: number;
  readonly greenOfU: number;
  readonly greenOfV: number;
  readonly blueOfU: number;
}

/** Red of V, blue of U, green of U and V, of full-range levels in units of 1/65536 (libswscale/yuv2rgb.c, ff_yuv2rgb_coeffs). */
const bt601 = [104_597, 132_201, 25_675, 53_279] as const;
const matrices: Readonly<Record<string, readonly [number, number, number, number]>> = {
  bt709: [117_489, 138_438, 13_975, 34_925],
  fcc: [104_448, 132_798, 24_759, 53_109],
  smpte240m: [117_579, 136_230, 16_907, 35_559],
  bt2020nc: [110_013, 140_363, 12_277, 42_626],
  bt2020c: [110_013, 140_363, 12_277, 42_626],
};

/** By ffmpeg's name of the matrix; what is unknown, or not said, is taken for BT.601, as ffmpeg does. */
export function quickColours(matrix: string | null, isFullRange: boolean): QuickColours {
  const [redOfV, blueOfU, greenOfU, greenOfV] = matrices[matrix ?? ""] ?? bt601;
  // Matrices are given for limited chroma (224 levels), luma for full range (255).
  const chroma = (part: number) => eighths(isFullRange ? Math.trunc((part * 224) / 255) : part);
  return {
    black: isFullRange ? 0 : 16 * 8,
    luma: eighths(isFullRange ? 65_536 : Math.trunc((65_536 * 255) / 219)),
    redOfV: chroma(redOfV),
    greenOfU: chroma(-greenOfU),
    greenOfV: chroma(-greenOfV),
    blueOfU: chroma(blueOfU),
  };
}

/** From units of 1/65536 to 1/8192, rounded. */
const eighths = (value: number): number => Math.floor((value + 4) / 8);
