/** What a decoder never asks of the kernel, by number; linked files would lead the worker out of the child's folder. */
const refused = {
  x64: {
    socket: 41,
    socketpair: 53,
    link: 86,
    symlink: 88,
    ptrace: 101,
    mknod: 133,
    pivot_root: 155,
    chroot: 161,
    mount: 165,
    umount2: 166,
    init_module: 175,
    kexec_load: 246,
    add_key: 248,
    request_key: 249,
    keyctl: 250,
    mknodat: 259,
    linkat: 265,
    symlinkat: 266,
    unshare: 272,
    perf_event_open: 298,
    open_by_handle_at: 304,
    setns: 308,
    process_vm_readv: 310,
    process_vm_writev: 311,
    finit_module: 313,
    bpf: 321,
    userfaultfd: 323,
  },
  arm64: {
    mknodat: 33,
    symlinkat: 36,
    linkat: 37,
    umount2: 39,
    mount: 40,
    pivot_root: 41,
    chroot: 51,
    unshare: 97,
    kexec_load: 104,
    init_module: 105,
    ptrace: 117,
    socket: 198,
    socketpair: 199,
    add_key: 217,
    request_key: 218,
    keyctl: 219,
    perf_event_open: 241,
    open_by_handle_at: 265,
    setns: 268,
    process_vm_readv: 270,
    process_vm_writev: 271,
    finit_module: 273,
    bpf: 280,
    userfaultfd: 282,
  },
} as const;

/** These have one number everywhere: io_uring can do what is refused, the others mount and take handles. */
const refusedEverywhere = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442];
const clone = { x64: 56, arm64: 220 } as const;
const clone3 = 435;
const audit = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

/** Flags of clone that make namespaces; in one of its own a program has all rights over what it mounts. */
const newNamespaces = 0x7e020000;
/** x86-64 has every call a second time from here on. */
const otherNumbers = 0x40000000;

const [loadWord, isEqual, isAtLeast, hasBits, answer] = [0x20, 0x15, 0x35, 0x45, 0x06];
const at = { number: 0, architecture: 4, firstArgument: 16 };
const [allow, killProcess, errno] = [0x7fff0000, 0x80000000, 0x00050000];
const [notPermitted, notThere] = [errno | 1, errno | 38];

/**
 * A filter of the kernel's calls (classic BPF, as seccomp(2) takes it) for a decoder: no sockets, no links, no
 * namespaces, nothing of the kernel's own. Undefined for a processor whose numbers are not known here.
 */
export function seccompFilter(architecture: string): Buffer | undefined {
  if (architecture !== "x64" && architecture !== "arm64") return undefined;
  const numbers = [...Object.values(refused[architecture]), ...refusedEverywhere];
  const program = [
    [loadWord, 0, 0, at.architecture],
    [isEqual, 1, 0, audit[architecture]],
    [answer, 0, 0, killProcess],
    [loadWord, 0, 0, at.number],
    [isAtLeast, 0, 1, otherNumbers],
    [answer, 0, 0, notThere],
    // Its flags lie in memory, which no filter can read; libc falls back to clone.
    [isEqual, 0, 1, clone3],
    [answer, 0, 0, notThere],
    ...numbers.flatMap((number) => [
      [isEqual, 0, 1, number],
      [answer, 0, 0, notPermitted],
    ]),
    [isEqual, 0, 3, clone[architecture]],
    [loadWord, 0, 0, at.firstArgument],
    [hasBits, 0, 1, newNamespaces],
    [answer, 0, 0, notPermitted],
    [answer, 0, 0, allow],
  ] as [number, number, number, number][];

  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, whenTrue, whenFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(whenTrue, index * 8 + 2);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
