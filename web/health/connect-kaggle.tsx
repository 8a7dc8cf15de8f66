import { useSignal } from "@preact/signals";
import { kaggleNotebook, kaggleNotebookFile } from "../../contracts/kaggle-notebook.ts";
import { Icon } from "../shell/icons.tsx";

function saveNotebook(): void {
  const notebook = kaggleNotebook({ system: location.origin });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([notebook], { type: "application/x-ipynb+json" }));
  link.download = kaggleNotebookFile;
  link.click();
  // Not at once: the browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Downloads the notebook that makes a Kaggle session a worker, and says what to do with it. */
export function ConnectKaggle() {
  const saved = useSignal(false);
  const connect = () => {
    saveNotebook();
    saved.value = true;
  };
  return (
    <div class="kaggle">
      <button class="button button-small" type="button" onClick={connect}>
        <Icon name="download" />
        Connect a Kaggle GPU
      </button>
      <div role="status">
        {saved.value && (
          <ol class="quiet">
            <li>
              Import <code>{kaggleNotebookFile}</code> on Kaggle; turn on Internet and a GPU.
            </li>
            <li>
              Attach a secret <code>FRAMEQUEUE_WORKER</code>. Whoever runs this system makes it:{" "}
              <code>framequeue worker token create kaggle</code>
            </li>
            <li>Run all. The worker appears here.</li>
          </ol>
        )}
      </div>
    </div>
  );
}
