/** How often a step without signs of its own says that it is alive; it must have a time limit of its own. */
const everySeconds = 2;

/** Lets a bounded step that shows no progress (an upload, loading a model) count as advancing. */
export async function keepAdvancing<Value>(
  advance: () => void,
  step: () => Promise<Value>,
): Promise<Value> {
  const timer = setInterval(advance, everySeconds * 1000);
  try {
    return await step();
  } finally {
    clearInterval(timer);
    advance();
  }
}
