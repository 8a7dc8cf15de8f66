import type { Program } from "./child.ts";

/**
 * The program with a limit on its memory and, if asked for, its processor time, where the system has `prlimit`; the
 * same program elsewhere. SIGXCPU ends one that needs more time; one that needs more memory is refused it.
 */
export function bounded(
  program: Program,
  { dataBytes, processorSeconds }: { dataBytes: number; processorSeconds?: number },
): Program {
  const { prlimit, prefix } = program;
  if (!prlimit) return program;
  // Above it the kernel does not ask any more: SIGKILL.
  const time = processorSeconds ? [`--cpu=${processorSeconds}:${2 * processorSeconds}`] : [];
  return { ...program, prefix: [...prefix, prlimit, `--data=${dataBytes}`, ...time, "--"] };
}
