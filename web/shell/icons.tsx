const shapes = {
  play: "M8 5.5v13l11-6.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  close:
    "M6.4 5 5 6.4 10.6 12 5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4L13.4 12 19 6.4 17.6 5 12 10.6z",
  upload: "M11 16V8.8L7.9 11.9 6.5 10.5 12 5l5.5 5.5-1.4 1.4L13 8.8V16zM5 18h14v2H5z",
  download: "M11 4v7.2L7.9 8.1 6.5 9.5 12 15l5.5-5.5-1.4-1.4-3.1 3.1V4zM5 18h14v2H5z",
  retry: "M12 5V2L7.5 6 12 10V7a5 5 0 1 1-4.6 7l-1.9.8A7 7 0 1 0 12 5z",
  back: "M14.6 6 8.6 12l6 6 1.4-1.4L11.4 12 16 7.4z",
  previous: "M6 6h2v12H6zM18 6v12l-8.5-6z",
  next: "M16 6h2v12h-2zM6 6l8.5 6L6 18z",
  back1: "M15.5 6v12L8 12z",
  on1: "M8.5 6v12l7.5-6z",
  full: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM18 14h2v6h-6v-2h4zM4 14h2v4h4v2H4z",
  help: "M11 17h2v2h-2zM12 5a4 4 0 0 0-4 4h2a2 2 0 1 1 3.2 1.6C12 11.5 11 12.3 11 14v1h2v-1c0-.8.6-1.3 1.4-1.9A4 4 0 0 0 12 5z",
  warning: "M12 3 2 20.5h20zM11 10h2v5h-2zm0 6.5h2v2h-2z",
} as const;

/** A drawing beside words; it says nothing to a screen reader. */
export function Icon({ name }: { name: keyof typeof shapes }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
