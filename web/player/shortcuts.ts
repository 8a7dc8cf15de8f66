import { moveScore, seek, step, stepToObjects, togglePlay } from "./playback.ts";
import type { Session } from "./session.ts";

interface Shortcut {
  /** As a person reads it. */
  readonly keys: string;
  readonly words: string;
  readonly matches: (event: KeyboardEvent) => boolean;
  readonly run: (session: Session) => void;
}

const plain = (key: string) => (event: KeyboardEvent) =>
  event.key.toLowerCase() === key && !event.shiftKey;
const shifted = (key: string) => (event: KeyboardEvent) =>
  event.key.toLowerCase() === key && event.shiftKey;

/** Every key of the player, in the order of its help. */
export const shortcuts: readonly Shortcut[] = [
  { keys: "Space", words: "Play or pause", matches: plain(" "), run: togglePlay },
  { keys: "←", words: "One frame back", matches: plain("arrowleft"), run: (s) => step(s, -1) },
  { keys: "→", words: "One frame on", matches: plain("arrowright"), run: (s) => step(s, 1) },
  {
    keys: "Shift ←",
    words: "Back to a frame with objects",
    matches: shifted("arrowleft"),
    run: (s) => stepToObjects(s, -1),
  },
  {
    keys: "Shift →",
    words: "On to a frame with objects",
    matches: shifted("arrowright"),
    run: (s) => stepToObjects(s, 1),
  },
  {
    keys: "J",
    words: "10 seconds back",
    matches: plain("j"),
    run: (s) => seek(s, s.time.value - 10),
  },
  {
    keys: "L",
    words: "10 seconds on",
    matches: plain("l"),
    run: (s) => seek(s, s.time.value + 10),
  },
  { keys: "[", words: "Lower the score", matches: plain("["), run: (s) => moveScore(s, -1) },
  { keys: "]", words: "Raise the score", matches: plain("]"), run: (s) => moveScore(s, 1) },
  {
    keys: "O",
    words: "Boxes on or off",
    matches: plain("o"),
    run: ({ overlay }) => (overlay.value = !overlay.value),
  },
  {
    keys: "Esc",
    words: "Stop following an object",
    matches: plain("escape"),
    run: ({ followed }) => (followed.value = 0),
  },
];

// A control that has the focus keeps the keys that it understands.
const ownKeys: readonly (readonly [selector: string, keys: RegExp])[] = [
  ["input:not([type=checkbox], [type=radio], [type=range]), textarea, select, dialog *", /./],
  ["input[type=range], [role=slider]", /^(Arrow|Home|End|Page)/],
  ["button, a, summary, input[type=checkbox], input[type=radio]", /^( |Enter)$/],
];

const isTaken = (event: KeyboardEvent): boolean =>
  event.target instanceof Element &&
  ownKeys.some(
    ([selector, keys]) => (event.target as Element).matches(selector) && keys.test(event.key),
  );

/** Meant for the browser. AltGr, which Windows may report as Ctrl and Alt alone, is how many layouts write a bracket. */
const isCommand = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey || event.altKey) &&
  !event.getModifierState("AltGraph") &&
  !(event.ctrlKey && event.altKey && /^[[\]]$/.test(event.key));

/** Listens to the keys of the player until the returned function is called. */
export function listenToKeys(session: Session, isOn: () => boolean): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (isCommand(event) || isTaken(event) || !isOn()) return;
    const shortcut = shortcuts.find(({ matches }) => matches(event));
    if (shortcut === undefined) return;
    // The video element has keys of its own, which seek by seconds.
    event.preventDefault();
    event.stopPropagation();
    shortcut.run(session);
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}
