/**
 * Everything around the rows as bits of three numbers: the work queue, the facts, and the objects that were stored.
 * An operation answers the number after it, or `impossible` where it cannot happen.
 */
export const impossible = -1;
export type Operation = (bits: number) => number;

/** Work messages by kind (for one segment: one kind per run), each with two bits for copies in the queue and two for such in hand. */
const visible = (bits: number, kind: number): number => (bits >>> (4 * kind)) & 3;
const hidden = (bits: number, kind: number): number => (bits >>> (4 * kind + 2)) & 3;
const addVisible = (bits: number, kind: number, count: number): number =>
  bits + count * 4 ** (2 * kind);
const addHidden = (bits: number, kind: number, count: number): number =>
  bits + count * 4 ** (2 * kind + 1);

/**
 * Some or none: a receipt leaves some, and they may be gone at any time. That is any number of copies, seen coarsely.
 */
export const uncounted = 0;
/** Any message may come at any time, sent or not: enough to ask what must never happen, too much for what must. */
export const anyTime = -1;

/** What can happen to the messages of one kind, of which there are `copiesMax` at most, or `uncounted`, or `anyTime`. */
export function messagesOf(kind: number, copiesMax: number): MessageOperations {
  if (copiesMax === anyTime) return always;
  if (copiesMax === uncounted) return someOrNone(kind);
  const room = (bits: number) => visible(bits, kind) + hidden(bits, kind) < copiesMax;
  return {
    send: (bits: number) => (room(bits) ? addVisible(bits, kind, 1) : bits),
    receive: (bits: number) =>
      visible(bits, kind) ? addHidden(addVisible(bits, kind, -1), kind, 1) : impossible,
    acknowledge: (bits: number) => (hidden(bits, kind) ? addHidden(bits, kind, -1) : bits),
    giveBack: (bits: number) =>
      hidden(bits, kind) ? addVisible(addHidden(bits, kind, -1), kind, 1) : bits,
    comeBack: (bits: number) =>
      hidden(bits, kind) ? addVisible(addHidden(bits, kind, -1), kind, 1) : impossible,
    lose: (bits: number) => (visible(bits, kind) ? addVisible(bits, kind, -1) : impossible),
    double: (bits: number) =>
      room(bits) && visible(bits, kind) + hidden(bits, kind)
        ? addVisible(bits, kind, 1)
        : impossible,
  };
}

export interface MessageOperations {
  readonly send: Operation;
  readonly receive: Operation;
  /** A receipt of a delivery that is over does nothing. */
  readonly acknowledge: Operation;
  readonly giveBack: Operation;
  readonly comeBack: Operation;
  readonly lose: Operation;
  readonly double: Operation;
}

const same = (bits: number) => bits;
const never = () => impossible;
const always: MessageOperations = {
  send: same,
  receive: same,
  acknowledge: same,
  giveBack: same,
  comeBack: never,
  lose: never,
  double: never,
};

function someOrNone(kind: number): MessageOperations {
  const some = (1 << kind) >>> 0;
  return {
    send: (bits) => (bits | some) >>> 0,
    receive: (bits) => (bits & some ? bits : impossible),
    acknowledge: same,
    giveBack: same,
    comeBack: never,
    lose: (bits) => (bits & some ? (bits & ~some) >>> 0 : impossible),
    double: never,
  };
}

/** A fact is one bit. */
const fact = (bit: number) => ({
  holds: (bits: number) => ((bits >>> bit) & 1) === 1,
  is: (bits: number) => ((bits >>> bit) & 1 ? bits : impossible),
  begins: (bits: number) => (bits | (1 << bit)) >>> 0,
  /** Only where it was so: an end that changes nothing is no step. */
  ends: (bits: number) => ((bits >>> bit) & 1 ? (bits & ~(1 << bit)) >>> 0 : impossible),
});

export const facts = {
  uploaded: fact(0),
  /** The upload is not what was announced. */
  uploadIsFaulty: fact(1),
  uploadEvent: fact(2),
  deadLetterOf: (run: number) => fact(2 + run),
  /** A person was told that this run is cancelled, or will be. */
  cancelAcknowledgedOf: (run: number) => fact(10 + run),
} as const;

/** Fences of one run that fit into the objects' bits, four runs in all. */
const fencesMax = 7;
/** The bit of a lease's folder. */
export const folderBit = (run: number, fence: number): number =>
  (1 << ((run - 1) * (fencesMax + 1) + fence)) >>> 0;

/** The bits of all folders of later runs. */
export const laterBits = (run: number): number => -(2 ** (run * (fencesMax + 1)));
