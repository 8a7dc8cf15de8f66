import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { beginListing, readPackets } from "../../../../gpu-worker/pipeline/probe/packets.ts";
import {
  specifierOf,
  videoStreamOf,
  type Stream,
} from "../../../../gpu-worker/pipeline/probe/streams.ts";
import { temporaryFolder } from "../../support/clips.ts";

const quiet = { signal: new AbortController().signal, advance: () => {} };
const request = {
  streamIndex: 0,
  container: "mov",
  codec: "h264",
  ticksPerSecond: 25,
  framesDeclared: undefined,
  endsEarly: false,
};

test.skipIf(process.platform === "win32")(
  "what a listing said is read to its end, also after the program has ended",
  async () => {
    const folder = temporaryFolder();
    const path = join(folder, "ffprobe");
    writeFileSync(
      path,
      "#!/bin/sh\necho '[mov @ 0x1] [error] lost' >&2\nprintf '0,0,1,K_\\n1,1,1,__\\n'\n",
    );
    chmodSync(path, 0o755);
    const ffprobe = { path, prefix: [], environment: { PATH: process.env["PATH"]! } };

    using listing = beginListing(ffprobe, "V:0", { folder, ...quiet });
    await listing.child.exited;
    const { packets, damaged } = await readPackets(listing, { ...request, ...quiet });

    expect({ packets, damaged }).toEqual({ packets: 2, damaged: true });
  },
);

const stream = (index: number, codec_type: string, disposition = {}): Stream => ({
  index,
  codec_type,
  disposition,
  time_base: "1/25",
  tags: {},
  side_data_list: [],
});

test("the film is named as FFmpeg names the first one, unless that would be another stream", () => {
  const sound = stream(0, "audio");
  const cover = stream(1, "video", { attached_pic: 1 });
  const stills = stream(2, "video", { timed_thumbnails: 1 });
  const film = stream(3, "video");

  expect(specifierOf({ streams: [sound, film] }, film)).toBe("V:0");
  expect(specifierOf({ streams: [cover, film] }, film)).toBe("V:0");
  expect(specifierOf({ streams: [stills, film] }, film)).toBe("3");
});

test("of several films in MP4 the first enabled one is analysed, elsewhere the first: players show these", () => {
  const [off, on, another] = [0, 1, 1].map((flag, index) =>
    stream(index, "video", { default: flag }),
  );
  const cover = stream(3, "video", { attached_pic: 1, default: 1 });
  const chosen = (format_name: string, ...streams: Stream[]) =>
    videoStreamOf({ format: { format_name }, streams }).index;
  const mp4 = "mov,mp4,m4a,3gp,3g2,mj2";

  expect(chosen(mp4, off!, on!, another!)).toBe(1);
  expect(chosen(mp4, off!, cover)).toBe(0);
  expect(chosen("matroska,webm", off!, on!)).toBe(0);
});
