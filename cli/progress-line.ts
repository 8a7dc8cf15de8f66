export interface ProgressState {
  /** What goes on; a change of it is shown at once. */
  readonly label: string;
  /** 0–1; without it there is no bar. */
  readonly fraction?: number | null;
  readonly detail?: string;
}

export interface ProgressLine {
  show(state: ProgressState): void;
  /** Leaves the last state on the screen and begins a new line. */
  end(): void;
}

export interface ProgressLineOptions {
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly write: (text: string) => void;
  readonly now: () => number;
}

const barWidth = 24;
const redrawMs = 80;
/** Where nobody watches a line being redrawn, one now and then is enough. */
const lineMs = 5000;

/** A bar that is redrawn on a terminal; elsewhere a line for each new label, and every 5 s. */
export function progressLine({
  isTerminal,
  columns,
  write,
  now,
}: ProgressLineOptions): ProgressLine {
  let shownLabel: string | undefined;
  let shownAt = -Infinity;
  let pending: ProgressState | undefined;
  let open = false;

  function draw(state: ProgressState): void {
    shownLabel = state.label;
    shownAt = now();
    pending = undefined;
    open = isTerminal;
    write(isTerminal ? `\r\u001B[2K${line(state).slice(0, columns() - 1)}` : `${line(state)}\n`);
  }

  return {
    show(state) {
      const every = isTerminal ? redrawMs : lineMs;
      if (state.label !== shownLabel || now() - shownAt >= every) draw(state);
      else pending = state;
    },
    end() {
      if (pending && isTerminal) draw(pending);
      if (open) write("\n");
      open = false;
      pending = undefined;
      shownLabel = undefined;
    },
  };
}

function line({ label, fraction, detail }: ProgressState): string {
  if (fraction === undefined || fraction === null) return detail ? `${label}  ${detail}` : label;

  const whole = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(whole * barWidth);
  const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
  // Rounded down: 100 % is the end and not nearly the end.
  const percent = `${Math.floor(whole * 100)}`.padStart(3);
  return [label.padEnd(7), bar, `${percent} %`, detail].filter(Boolean).join("  ");
}
