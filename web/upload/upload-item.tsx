import { useSignal } from "@preact/signals";
import { Icon } from "../shell/icons.tsx";
import { Bar } from "../shell/bar.tsx";
import { bytes, percent, span } from "../words/format.ts";
import { uploadWords } from "../words/status.ts";
import type { Upload } from "./upload-state.ts";
import { forgetUpload } from "./upload-state.ts";
import { abandonUpload, continueUpload, pauseOrResume, retryUpload } from "./uploads.ts";

function Facts({ upload }: { upload: Upload }) {
  const { pending, bytesSent, bytesPerSecond, state } = upload;
  const left = pending.sizeBytes - bytesSent;
  const rate = state === "sending" && bytesPerSecond !== null && bytesPerSecond > 0;
  return (
    <p class="upload-facts quiet">
      {bytes(bytesSent)} of {bytes(pending.sizeBytes)}
      {rate && ` · ${bytes(bytesPerSecond)}/s · ${span(left / bytesPerSecond)} left`}
    </p>
  );
}

/** Asks for the file again after a reload: a page may not keep one by itself. */
function ChooseAgain({ upload }: { upload: Upload }) {
  const { pending, bytesSent } = upload;
  const wrong = useSignal<string | undefined>(undefined);
  const choose = async ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const file = currentTarget.files?.[0];
    currentTarget.value = "";
    if (file) wrong.value = await continueUpload(pending.jobId, file);
  };
  const where =
    pending.multipart && bytesSent > 0
      ? `to continue at ${percent(bytesSent / pending.sizeBytes)}`
      : "to send it";

  return (
    <>
      <label class="choose-again button button-main">
        <input type="file" class="drop-input" onChange={(event) => void choose(event)} />
        Choose the file again {where}
      </label>
      <p class="quiet">
        The page was closed in the middle of this upload. Choose <strong>{pending.name}</strong>{" "}
        once more{pending.multipart ? "; only what is missing is sent" : ""}.
      </p>
      {wrong.value !== undefined && (
        <p class="wrong" role="alert">
          {wrong.value}
        </p>
      )}
    </>
  );
}

/**
 * One upload: how far it is, and how to pause, continue, repeat or stop it. Without a link it stands on its job's
 * own page, whose head has the name and the way to stop.
 */
export function UploadItem({ upload, link }: { upload: Upload; link?: string }) {
  const { pending, state, bytesSent, fault } = upload;
  const { jobId, name, sizeBytes } = pending;
  const fraction = sizeBytes === 0 ? 0 : bytesSent / sizeBytes;
  const words = uploadWords[state] + (state === "sending" ? ` ${percent(fraction)}` : "");

  return (
    <article class="upload" aria-label={`Upload of ${name}`} data-state={state}>
      <div class="upload-head">
        {link === undefined ? (
          <h2 class="upload-title" role="status">
            {words}
          </h2>
        ) : (
          <>
            <p class="upload-name clip">
              <a href={link}>{name}</a>
            </p>
            <p class="upload-state" role="status">
              {words}
            </p>
          </>
        )}
        <div class="actions">
          {(state === "sending" || state === "paused") && (
            <button type="button" class="button" onClick={() => void pauseOrResume(jobId)}>
              <Icon name={state === "paused" ? "play" : "pause"} />
              {state === "paused" ? "Resume" : "Pause"}
            </button>
          )}
          {state === "failed" && (
            <button type="button" class="button button-main" onClick={() => retryUpload(jobId)}>
              <Icon name="retry" />
              Try again
            </button>
          )}
          {link !== undefined && state === "done" && (
            <button type="button" class="button" onClick={() => forgetUpload(jobId)}>
              Dismiss
            </button>
          )}
          {link !== undefined && state !== "done" && (
            <button type="button" class="button" onClick={() => void abandonUpload(jobId)}>
              <Icon name="close" />
              Stop
            </button>
          )}
        </div>
      </div>
      <Bar
        fraction={fraction}
        label={`Uploaded part of ${name}`}
        mood={state === "failed" ? "bad" : "good"}
      />
      {state === "needs-file" ? <ChooseAgain upload={upload} /> : <Facts upload={upload} />}
      {fault !== undefined && state === "failed" && (
        <p class="wrong" role="alert">
          <strong>{fault.message}.</strong> {fault.hint}
        </p>
      )}
      {state === "sending" && <p class="quiet">Keep this page open until the upload is through.</p>}
    </article>
  );
}
