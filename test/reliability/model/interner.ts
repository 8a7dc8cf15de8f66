/** Gives equal values one small number, from 0; values are compared by their JSON, whatever the order of their keys. */
export class Interner<Value> {
  readonly #numbers = new Map<string, number>();
  readonly #values: Value[] = [];

  get size(): number {
    return this.#values.length;
  }

  number(value: Value, key: string = canonical(value)): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#values.push(value) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  value(number: number): Value {
    return this.#values[number]!;
  }
}

/** JSON with sorted keys, the same for equal values; a set is written as the list that it was made from. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Set) return [...part];
    return part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  });
