/** Text as it stands in every message, or the field of a person that stands in its place. */
export type Piece = string | { readonly field: string };

/**
 * Words that stand in for a person's fields while a mail is rendered. They are made of letters and digits alone, so no
 * escape changes them, and of a seed that nobody can guess, so no text holds one by chance or by intent.
 */
export class Marks {
  readonly #seed: string;
  readonly #fields: string[] = [];

  /** @param seed letters and digits */
  constructor(seed: string) {
    this.#seed = seed;
  }

  of(field: string): string {
    const known = this.#fields.indexOf(field);
    const at = known === -1 ? this.#fields.push(field) - 1 : known;
    return `${this.#seed}x${at}x`;
  }

  /** Takes a text apart at its marks. */
  split(text: string): readonly Piece[] {
    const parts = text.split(new RegExp(`${this.#seed}x(\\d+)x`));
    return parts
      .map((part, at): Piece => (at % 2 === 0 ? part : { field: this.#fields[Number(part)] ?? "" }))
      .filter((piece) => piece !== "");
  }
}
