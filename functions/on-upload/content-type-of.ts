const byEnding: Readonly<Record<string, string>> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
  ts: "video/mp2t",
  mpg: "video/mpeg",
  mpeg: "video/mpeg",
  flv: "video/x-flv",
  gif: "image/gif",
};

/** What a file's name says that it is; only players use it, the worker looks into the file. */
export const contentTypeOf = (filename: string): string =>
  byEnding[filename.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
