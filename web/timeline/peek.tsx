import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ResultFiles } from "../player/result-files.ts";
import { clock } from "../words/format.ts";
import { openThumbnails, thumbnailAt } from "./thumbnails.ts";
import type { Thumbnails } from "./thumbnails.ts";

const edgePixels = 92;

/** What the video shows at a time that is pointed at, over the timeline; `left` in pixels of the frame around it. */
export function Peek({
  files,
  seconds,
  left,
}: {
  files: ResultFiles;
  seconds: number;
  left: number;
}) {
  const thumbnails = useSignal<Thumbnails | undefined>(undefined);
  useEffect(() => {
    void openThumbnails(files).then((found) => (thumbnails.value = found));
  }, [files]);

  const { cues = [], address } = thumbnails.value ?? {};
  const found = thumbnailAt(cues, seconds);
  return (
    <div
      class="peek"
      aria-hidden="true"
      // Near the edges it stays whole.
      style={{ left: `clamp(${edgePixels}px, ${left}px, calc(100% - ${edgePixels}px))` }}
    >
      {found !== undefined && (
        <div
          class="peek-picture"
          data-start={found.start}
          style={{
            width: `${found.width}px`,
            height: `${found.height}px`,
            backgroundImage: `url("${address}")`,
            backgroundPosition: `-${found.x}px -${found.y}px`,
          }}
        />
      )}
      <p class="peek-time">{clock(seconds, 1)}</p>
    </div>
  );
}
