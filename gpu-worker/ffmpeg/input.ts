import { limits } from "../../contracts/limits.ts";

/** The only name that a video has on the command line, in a folder of its own. */
export const sourceName = "source";

/** Containers that are opened; a playlist would name files and addresses of its writer's choice. */
const formats = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,gif";

/** Options in front of every input: containers from the list, and files only. */
export const hardened = ["-format_whitelist", formats, "-protocol_whitelist", "file"] as const;

/** No decoder makes room for a larger picture, neither to look at the stream nor to decode it. */
export const pixelsBounded = ["-max_pixels", String(limits.framePixelsMax)] as const;

/** `showinfo` speaks at level info; repeated lines must not be folded into one. */
export const tellingFrames = "-hide_banner -nostdin -nostats -loglevel repeat+level+info".split(
  " ",
);

export const input = ["-i", `file:${sourceName}`] as const;
