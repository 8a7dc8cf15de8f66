import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shell/icons.tsx";

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** Takes videos from the file dialog, or dropped anywhere on the page. */
export function DropZone({ busy, onFiles }: { busy: boolean; onFiles: (files: File[]) => void }) {
  const over = useSignal(false);
  const take = useRef(onFiles);
  take.current = onFiles;

  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over.value = event.type === "dragover";
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over.value = false;
      take.current([...(event.dataTransfer?.files ?? [])]);
    };
    const leave = (event: DragEvent) => {
      // Leaving one element for another is no leaving; leaving the window has no next element.
      if (event.relatedTarget === null) over.value = false;
    };

    addEventListener("dragover", drag);
    addEventListener("drop", drop);
    addEventListener("dragleave", leave);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("drop", drop);
      removeEventListener("dragleave", leave);
    };
  }, []);

  const choose = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const files = [...(currentTarget.files ?? [])];
    // The same file can be chosen twice in a row only if the input forgets the first.
    currentTarget.value = "";
    if (files.length > 0) onFiles(files);
  };

  return (
    <label class="drop" data-over={over.value} data-busy={busy}>
      <input
        class="drop-input"
        type="file"
        accept="video/*,.mkv,.ts,.mts,.m2ts,.flv,.avi"
        multiple
        disabled={busy}
        aria-describedby="drop-words"
        onChange={choose}
      />
      <span class="drop-mark">
        <Icon name="upload" />
      </span>
      <span class="drop-title">{busy ? "Opening the job…" : "Choose a video"}</span>
      <span class="drop-words" id="drop-words">
        or drop it anywhere on this page
      </span>
    </label>
  );
}
