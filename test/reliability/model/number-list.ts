/** A list of 32-bit numbers that grows, at four bytes each. */
export class NumberList {
  #numbers = new Uint32Array(2 ** 12);
  length = 0;

  push(number: number): void {
    if (this.length === this.#numbers.length) {
      const numbers = new Uint32Array(this.length * 2);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    this.#numbers[this.length++] = number;
  }

  at(index: number): number {
    return this.#numbers[index]!;
  }
}
