import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Video } from "../probe/probe.ts";
import { isHlg } from "../probe/colour.ts";

/** The file in the job's folder that `lut3d` reads the table from. */
const name = "hlg.cube";

/** Points along each axis: with more, patches of known colour come no nearer, and ffmpeg reads longer. */
const points = 17;

/** The system gamma of the nominal display of 1000 nits (ITU-R BT.2100, note 5f). */
const systemGamma = 1.2;

/**
 * In front of zimg, which applies the system gamma to each channel, where BT.2100 has the luminance decide for all three:
 * signals, of which zimg then makes the light that BT.2100 means. Greys stay as they are.
 */
export const asZimgTakesHlg = `lut3d=file=${name}:interp=tetrahedral`;

/** Writes the table that the filters of such a video read into its folder. At once, so that nobody reads a part of it. */
export function writeHlgTable(folder: string, { colour }: Pick<Video, "colour">): void {
  const path = join(folder, name);
  if (isHlg(colour) && !existsSync(path)) writeFileSync(path, hlgTable());
}

type Rgb = readonly [number, number, number];

/** The table in the cube format: a line of red, green and blue, 0–1, for each point, red fastest. */
export function hlgTable(): string {
  const axis = Array.from({ length: points }, (_, at) => lightOf(at / (points - 1)));
  const lines = axis.flatMap((blue) =>
    axis.flatMap((green) => axis.map((red) => corrected([red, green, blue]))),
  );
  const text = lines.map((signals) => signals.map((each) => each.toFixed(6)).join(" "));
  return [`LUT_3D_SIZE ${points}`, ...text, ""].join("\n");
}

/** The signals for which each channel's own gamma gives the light of these three by the luminance's. */
function corrected(light: Rgb): number[] {
  // ITU-R BT.2100, table 5: the luminance in BT.2020's primaries.
  const luminance = 0.2627 * light[0] + 0.678 * light[1] + 0.0593 * light[2];
  return light.map((each) =>
    signalOf((each * luminance ** (systemGamma - 1)) ** (1 / systemGamma)),
  );
}

/** The constants of the HLG curve (ITU-R BT.2100, table 5). */
const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];

/** The scene's light, 0–1, of a signal of 0–1. */
const lightOf = (signal: number): number =>
  signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12;

const signalOf = (light: number): number =>
  light <= 1 / 12 ? Math.sqrt(3 * light) : a * Math.log(12 * light - b) + c;
