const number = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export const count = (value: number): string => number.format(value);

/** "1 frame", "2 frames". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Bytes as people's file managers show them, in powers of 1000. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = value < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(value) / 3));
  return `${short.format(value / 1000 ** power)} ${units[power]}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** A place in a video: 0:07.32, 1:02:03.00. */
export function clock(seconds: number, decimals = 2): string {
  const scale = 10 ** decimals;
  const units = Math.round(Math.max(0, seconds) * scale);
  const whole = Math.floor(units / scale);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const head = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  const tail = decimals > 0 ? `.${String(units % scale).padStart(decimals, "0")}` : "";
  return `${head}:${two(whole % 60)}${tail}`;
}

/** How long something takes, roughly: "40 s", "3 min", "2 h 5 min". */
export function span(seconds: number): string {
  if (seconds < 10) return `${short.format(seconds)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago: "just now", "5 min ago", or the day. */
export function ago(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (seconds < 5) return "just now";
  if (seconds < 24 * 3600) return `${span(Math.floor(seconds))} ago`;
  return new Date(time).toLocaleDateString("en", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

export const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;
