import type { RenderInput } from "./build-view.ts";

/** The most kinds of text that are kept: one topic in all its brands, with room to spare. */
const mostKinds = 50;

/** Pieces of text as they were written before: in a send, only the greeting differs from person to person. */
export class Memo {
  readonly #known = new Map<string, Map<string, string>>();

  of(kind: string, write: (text: string) => string): (text: string) => string {
    // One topic's worth is kept, so that memory stays flat over thousands of them.
    if (this.#known.size > mostKinds) this.#known.clear();
    const known = remember(this.#known, kind, () => new Map<string, string>());
    return (text) => (text === "" ? "" : remember(known, text, () => write(text)));
  }
}

/** The most views that are kept: those of the topics under way. */
const mostViews = 40;

/** What the mails of one topic to several audiences, or to thousands of people, have in common. */
export class SharedViews {
  readonly #known = new Map<string, { readonly input: SharedInput; readonly value: unknown }>();

  /** Gives the value that was made for the same topic, variant, brand, edition and format, else makes it. */
  of(input: SharedInput, format: string): <Value>(make: () => Value) => Value {
    const { topic, variant, brand, edition } = input;
    const key = `${topic.slug} ${variant} ${brand.id} ${format}`;
    return (make) => {
      const known = this.#known.get(key);
      const isSame =
        known?.input.topic === topic && known.input.brand === brand && known.input.edition === edition;
      if (isSame) return known.value as ReturnType<typeof make>;
      if (this.#known.size > mostViews) this.#known.clear();
      const value = make();
      this.#known.set(key, { input: { topic, variant, brand, edition }, value });
      return value;
    };
  }
}

type SharedInput = Pick<RenderInput, "topic" | "variant" | "brand" | "edition">;

/** The most texts that are kept as read: more than one topic has. */
const mostTexts = 200;

/** Reads each text once, though several formats are written from it. */
export function readOnce<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    if (known.size > mostTexts) known.clear();
    return remember(known, text, () => read(text));
  };
}

/** The value known by the key, made at the first asking. */
export function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
