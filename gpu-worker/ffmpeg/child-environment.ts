/** What a child may need of its parent's variables; credentials are not among them. */
const passedOn = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot", "TEMP"];

/** The variables of every ffmpeg and ffprobe that is started. */
export const childEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> => ({
  ...Object.fromEntries(
    passedOn.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  ),
  LC_ALL: "C",
  AV_LOG_FORCE_NOCOLOR: "1",
  // The static builds that npm brings crash in the system's character conversions, which MPEG-TS names need.
  GCONV_PATH: "/nonexistent",
});
