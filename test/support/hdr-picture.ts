type Rgb = readonly [number, number, number];

/** Nits of SDR's white in an HDR picture: the reference white of ITU-R BT.2408. */
const whiteNits = 203;

/** From BT.709's primaries to BT.2020's, linear (ITU-R BT.2087). */
const toWide: readonly Rgb[] = [
  [0.6274, 0.3293, 0.0433],
  [0.0691, 0.9195, 0.0114],
  [0.0164, 0.088, 0.8956],
];

/** SMPTE ST 2084: a signal of 0–1 from nits. */
function perceptual(nits: number): number {
  const y = (nits / 10_000) ** (2610 / 16_384);
  const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  return ((c1 + c2 * y) / (1 + c3 * y)) ** ((2523 / 4096) * 128);
}

/** ITU-R BT.2100's HLG signal of 0–1 from nits, on the nominal display of 1000 nits with a system gamma of 1.2. */
function hybrid(nits: Rgb): Rgb {
  const shown = nits.map((value) => value / 1000);
  const luminance = 0.2627 * shown[0]! + 0.678 * shown[1]! + 0.0593 * shown[2]!;
  const scene = shown.map((value) => value * Math.max(luminance, 1e-9) ** (-0.2 / 1.2));
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return scene.map((value) =>
    value <= 1 / 12 ? Math.sqrt(3 * value) : a * Math.log(12 * value - b) + c,
  ) as unknown as Rgb;
}

/** An SDR picture (RGB bytes) as HDR says the same light: 16 bits per channel, little endian, BT.2020. */
export function asHdr(pixels: Uint8Array, transfer: "pq" | "hlg"): Uint8Array {
  const known = new Map<number, readonly number[]>();
  const out = new Uint16Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    const key = (red << 16) | (green << 8) | blue;
    const there = known.get(key);
    const signal = there ?? signalOf([red, green, blue], transfer);
    if (!there) known.set(key, signal);
    out.set(signal, at);
  }
  return new Uint8Array(out.buffer);
}

function signalOf(colour: Rgb, transfer: "pq" | "hlg"): number[] {
  // A display shows SDR with a gamma of 2.4 (ITU-R BT.1886).
  const light = colour.map((value) => (value / 255) ** 2.4);
  const nits = toWide.map((row) =>
    row.reduce((sum, share, channel) => sum + share * light[channel]! * whiteNits, 0),
  ) as unknown as Rgb;
  const signal = transfer === "pq" ? nits.map(perceptual) : hybrid(nits);
  return signal.map((value) => Math.round(Math.min(1, value) * 65_535));
}
