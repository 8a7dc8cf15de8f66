import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Ask } from "../shell/ask.tsx";
import { Icon } from "../shell/icons.tsx";
import type { Session } from "./session.ts";
import { listenToKeys, shortcuts } from "./shortcuts.ts";

const entry = "framequeue.shortcuts";
const areOn = () => localStorage.getItem(entry) !== "off";

/** Makes the player's keys work and explains them; single keys can be switched off, as WCAG 2.1.4 asks. */
export function Help({ session }: { session: Session }) {
  const open = useSignal(false);
  const on = useSignal(areOn());
  useEffect(() => listenToKeys(session, () => on.value && !open.value), [session]);
  useEffect(() => {
    const ask = (event: KeyboardEvent) => {
      const writing = event.target instanceof Element && event.target.matches("input[type=text]");
      if (event.key === "?" && on.value && !writing) open.value = true;
    };
    addEventListener("keydown", ask);
    return () => removeEventListener("keydown", ask);
  }, []);

  const keep = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    on.value = currentTarget.checked;
    localStorage.setItem(entry, on.value ? "on" : "off");
  };

  return (
    <>
      <button type="button" class="control" onClick={() => (open.value = true)}>
        <Icon name="help" />
        Keys
      </button>
      {open.value && (
        <Ask title="Keys" onClose={() => (open.value = false)}>
          <dl class="keys">
            {shortcuts.map(({ keys, words }) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
            <div>
              <dt>
                <kbd>?</kbd>
              </dt>
              <dd>This help</dd>
            </div>
          </dl>
          <label class="check">
            <input type="checkbox" checked={on.value} onChange={keep} />
            Use these keys
          </label>
          <form method="dialog" class="actions">
            <button type="submit" class="button button-main" autoFocus>
              Close
            </button>
          </form>
        </Ask>
      )}
    </>
  );
}
