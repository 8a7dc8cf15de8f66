import type { ComponentChildren } from "preact";
import type { Session } from "../player/session.ts";
import { ObjectName } from "./object-name.tsx";

/** A table of objects, of which the one that is pointed at stands out on the picture; the first column is its name. */
export function ObjectTable({
  session,
  label,
  columns,
  children,
}: {
  session: Session;
  label: string;
  columns: readonly string[];
  children: ComponentChildren;
}) {
  return (
    <table class="object-table" aria-label={label}>
      <thead>
        <tr>
          {["Object", ...columns].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody onPointerLeave={() => (session.pointed.value = -1)}>{children}</tbody>
    </table>
  );
}

/** A row of it; `rowOf` is asked for the detection that is to stand out, −1 for none. */
export function ObjectRow({
  session,
  classId,
  trackId,
  rowOf,
  cells,
}: {
  session: Session;
  classId: number;
  /** 0 where it has none. */
  trackId: number;
  rowOf: () => number;
  cells: readonly string[];
}) {
  const { pointed, followed } = session;
  return (
    <tr
      data-followed={trackId > 0 && trackId === followed.value}
      onPointerEnter={() => (pointed.value = rowOf())}
    >
      <th scope="row">
        <ObjectName session={session} classId={classId} trackId={trackId} />
      </th>
      {cells.map((cell, at) => (
        <td key={at}>{cell}</td>
      ))}
    </tr>
  );
}
