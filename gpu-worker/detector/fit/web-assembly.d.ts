/** What is used of it; Node has it, but its types come with the browser's alone. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  interface Module {
    readonly [kind]: "module";
  }
  const Module: new (bytes: Uint8Array) => Module;
  const kind: unique symbol;
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Record<string, unknown>;
  }
}
