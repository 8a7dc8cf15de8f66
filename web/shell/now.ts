import { signal } from "@preact/signals";

/** The time as the page shows it, in steps of five seconds. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5000);
