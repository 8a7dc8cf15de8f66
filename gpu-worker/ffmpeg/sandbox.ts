/** What a child may touch of the machine, told anew for each one. */
export interface Reach {
  /** Its working folder, seen under another name; without one it sees no files but its own. */
  readonly folder: string | undefined;
  /** Whether it may write there; the source stays read-only either way. */
  readonly writes: boolean;
}

/** A way to start a program in namespaces of its own. */
export interface Sandbox {
  /** Words in front of the program's. */
  readonly words: (programPath: string, reach: Reach) => readonly string[];
  /** Given to the child as its file 3. */
  readonly filter: Buffer;
}

/** Where the folder is seen inside. */
const inside = "/scratch";

/** What Debian's, Ubuntu's and Fedora's programs are loaded from. BLAS is chosen by a link in `alternatives`. */
const libraries = [
  "/usr",
  "/lib",
  "/lib64",
  "/lib32",
  "/bin",
  "/sbin",
  "/etc/ld.so.cache",
  "/etc/alternatives",
];

/**
 * Starts programs by bubblewrap: no network, no other process, no /proc, no file but the program, the system's
 * libraries and its own folder, no rights, and no calls that the filter refuses. Ends with its parent.
 */
export function bubblewrap({
  path,
  filter,
  libraryFolders,
  sourceName,
}: {
  path: string;
  filter: Buffer;
  /** Of programs that are not the system's. */
  libraryFolders: readonly string[];
  sourceName: string;
}): Sandbox {
  const bound = (paths: readonly string[]) =>
    paths.flatMap((each) => ["--ro-bind-try", each, each]);
  return {
    filter,
    words: (programPath, { folder, writes }) => [
      path,
      "--unshare-all",
      "--die-with-parent",
      "--new-session",
      "--cap-drop",
      "ALL",
      ...bound([...libraries, ...libraryFolders]),
      ...(programPath.startsWith("/usr/") ? [] : bound([programPath])),
      ..."--dev-bind /dev/null /dev/null --dev-bind /dev/urandom /dev/urandom".split(" "),
      ...(folder === undefined
        ? ["--chdir", "/"]
        : [
            writes ? "--bind" : "--ro-bind",
            folder,
            inside,
            "--ro-bind-try",
            `${folder}/${sourceName}`,
            `${inside}/${sourceName}`,
            "--chdir",
            inside,
          ]),
      "--remount-ro",
      "/",
      "--seccomp",
      "3",
      "--",
    ],
  };
}
