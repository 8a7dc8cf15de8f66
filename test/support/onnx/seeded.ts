/** Numbers from 0 up to 1, the same ones for the same seed (a linear congruential generator). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** RGB bytes, row by row: blocks of one colour each, so that neighbouring places differ. */
export function blocks(width: number, height: number, seed: number): Uint8Array<SharedArrayBuffer> {
  const random = seeded(seed);
  const pixels = new Uint8Array(new SharedArrayBuffer(width * height * 3));
  const size = 8;
  const columns = Math.ceil(width / size);
  const colours = Array.from({ length: columns * Math.ceil(height / size) * 3 }, () =>
    Math.floor(random() * 256),
  );
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = Math.floor(y / size) * columns + Math.floor(x / size);
      for (let channel = 0; channel < 3; channel++) pixels[at++] = colours[block * 3 + channel]!;
    }
  }
  return pixels;
}
