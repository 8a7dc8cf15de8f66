import type { Colour } from "../probe/colour.ts";

/** The codes of ITU-T H.273 by ffprobe's names: encoders do not take all of these names, and take every code. */
const codes = {
  matrix: {
    bt709: 1,
    fcc: 4,
    bt470bg: 5,
    smpte170m: 6,
    smpte240m: 7,
    bt2020nc: 9,
    bt2020c: 10,
  },
  primaries: {
    bt709: 1,
    bt470m: 4,
    bt470bg: 5,
    smpte170m: 6,
    smpte240m: 7,
    bt2020: 9,
    smpte431: 11,
    smpte432: 12,
  },
  transfer: {
    bt709: 1,
    bt470m: 4,
    bt470bg: 5,
    smpte170m: 6,
    smpte240m: 7,
    "iec61966-2-1": 13,
    "bt2020-10": 14,
    "bt2020-12": 15,
    smpte2084: 16,
    "arib-std-b67": 18,
  },
} as const satisfies Partial<Record<keyof Colour, Readonly<Record<string, number>>>>;

const bt709 = { matrix: "bt709", primaries: "bt709", transfer: "bt709" } as const;

/** How pictures become limited-range YUV for a player, and what the encoder says of it. */
export interface PreviewColours {
  /** Further options of the scaler. */
  readonly scale: readonly string[];
  /** Filters behind it. */
  readonly filters: readonly string[];
  /** The encoder's. */
  readonly options: readonly string[];
}

/**
 * What the source says of its YUV holds for the preview's, too. RGB, which tone mapping makes as well, becomes BT.709: told,
 * because players take what is not told for one matrix or another by its size.
 */
export function previewColours(
  colour: Colour,
  { isMapped }: { readonly isMapped: boolean },
): PreviewColours {
  if (!isMapped && colour.matrix !== "gbr") {
    return { scale: [], filters: [], options: optionsOf(colour) };
  }
  const told = isMapped ? bt709 : { ...colour, matrix: bt709.matrix };
  return {
    scale: ["out_color_matrix=bt709"],
    // Since ffmpeg 7 encoders take it from the frames, which still say what they were before.
    filters: [`setparams=${settingsOf(told).join(":")}`],
    options: optionsOf(told),
  };
}

type Told = Pick<Colour, "matrix" | "primaries" | "transfer">;
const words = {
  matrix: { option: "-colorspace", setting: "colorspace" },
  primaries: { option: "-color_primaries", setting: "color_primaries" },
  transfer: { option: "-color_trc", setting: "color_trc" },
} as const;

function codesOf(colour: Told) {
  return (["matrix", "primaries", "transfer"] as const).flatMap((fact) => {
    const known: Readonly<Record<string, number>> = codes[fact];
    const code = known[colour[fact] ?? ""];
    return code === undefined ? [] : [{ ...words[fact], code: String(code) }];
  });
}

const settingsOf = (colour: Told) =>
  codesOf(colour).map(({ setting, code }) => `${setting}=${code}`);

const optionsOf = (colour: Told) => [
  ...codesOf(colour).flatMap(({ option, code }) => [option, code]),
  "-color_range",
  "tv",
];
