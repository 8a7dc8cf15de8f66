import { expect, test } from "vitest";
import { withAbilities } from "../../gpu-worker/ffmpeg/find.ts";

const program = { path: "ffmpeg", prefix: [], environment: {}, version: "1", source: "test" };
const of = (...sections: string[]) =>
  withAbilities({
    program,
    words: ["usage: ffmpeg [options]", ...sections].join("\n\n"),
    refused: undefined,
  });
const options = (name: string, ...rows: string[]) => [`${name} AVOptions:`, ...rows].join("\n");

test("frames are let through by the option that this ffmpeg has", () => {
  expect(of("-fps_mode           set framerate mode").passthrough).toEqual([
    "-fps_mode",
    "passthrough",
  ]);
  expect(of("-vsync              video sync method").passthrough).toEqual([
    "-vsync",
    "passthrough",
  ]);
});

test("checksums are left out only where it is showinfo that has them", () => {
  const checksum = "   checksum          <boolean>    ..FV....... calculate checksums";

  expect(of(options("showinfo", checksum)).plainShowinfo).toBe(true);
  expect(of(options("showinfo"), options("ashowinfo", checksum)).plainShowinfo).toBe(false);
});

test("it maps tones with all three filters, and not without one of them", () => {
  const [tonemap, zscale, lut3d] = [options("tonemap"), options("zscale"), options("lut3d")];

  expect(of(tonemap, zscale, lut3d).toneMapping).toBe(true);
  expect(of(tonemap, options("scale"), lut3d).toneMapping).toBe(false);
  expect(of(options("tonemap_opencl"), zscale, lut3d).toneMapping).toBe(false);
  expect(of(tonemap, zscale).toneMapping).toBe(false);
});
