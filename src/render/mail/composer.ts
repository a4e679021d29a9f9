import { fieldOf, type Recipient } from "../../domain/recipient.ts";
import type { RenderInput } from "../build-view.ts";
import { composeMessage, type Letter } from "../mime.ts";
import type { Mail, Studio } from "../studio.ts";
import { isOdd } from "./encode.ts";
import type { Address } from "./headers.ts";
import { Marks } from "./marks.ts";
import { saysTheSame } from "./same.ts";
import { Slates, type Slate } from "./slate.ts";
import { compileSkeleton, type OpenLetter, type Skeleton } from "./skeleton.ts";

/** Whose message it is, and their way out of the list. */
export interface Person {
  readonly recipient: Recipient;
  readonly unsubscribe?: string | undefined;
}

/** A message without signatures, lines ending in CRLF. */
export interface Composed {
  readonly raw: Buffer;
  /** What `raw` is written on. It may go out as it stands. None where nodemailer composed it as a whole. */
  readonly slate?: Slate;
  /** The relaxed form of its body (RFC 6376, 3.4.4), which DKIM signs, is the body itself. */
  readonly isRelaxed: boolean;
}

export interface ComposerOptions {
  readonly mail: Studio["mail"];
  /** The names that the templates mention, see `namesIn`. */
  readonly names: ReadonlySet<string>;
  /** What of a letter is the same for everyone. */
  readonly frame: (mail: Mail, input: RenderInput) => Letter;
  /** 64 hexadecimal digits that nobody can guess. The same seed gives the same bytes. */
  readonly seed: string;
}

/**
 * A skeleton is kept for each audience, brand, and set of fields that somebody has. The frequent ones come early; when
 * there are so many, the messages of all further ones are composed one by one.
 */
const mostKept = 64;

const boundaryLength = 24;

type PersonalInput = RenderInput & Person;

/** A person whose message shows what those of the same kind are like. */
interface Sample {
  readonly input: RenderInput;
  readonly person: Person;
  readonly address: Address;
  readonly values: ReadonlyMap<string, string>;
}

/** No column of a list is called so. */
const link = "\0unsubscribe";

/**
 * Makes messages to one person each. What differs between two people who have the same fields is what stands in the
 * fields, since templates can only show a value or ask whether there is one. So a mail is rendered once with marks in
 * place of the values, and filled in for each of them. Where that would not give what composing the message as a whole
 * gives, it is composed as a whole.
 */
export class Composer {
  readonly #options: ComposerOptions;
  readonly #boundary: string;
  readonly #columns: readonly string[];
  readonly #kept = new Map<string, Promise<Skeleton | undefined>>();
  readonly #slates = new Slates();

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#boundary = options.seed.slice(0, boundaryLength);
    this.#columns = [...options.names, "email"];
  }

  /**
   * Gives one person's message.
   * @param input of the edition, for the audience of the person
   * @throws TemplateFault
   */
  async compose(input: RenderInput, person: Person, address: Address): Promise<Composed> {
    const { audience, brand } = input;
    const { recipient, unsubscribe } = person;
    const values = new Map<string, string>(unsubscribe === undefined ? [] : [[link, unsubscribe]]);
    for (const column of this.#columns) {
      const value = fieldOf(recipient, column);
      if (value !== "") values.set(column, value);
    }
    for (const value of values.values())
      if (isOdd(value)) return this.#apart({ ...input, ...person }, address);
    const kind = JSON.stringify([audience, brand.id, Object.keys(address.headers), [...values.keys()]]);
    const skeleton = await this.#skeletonFor(kind, { input, person, address, values });
    if (!skeleton) return this.#apart({ ...input, ...person }, address);
    const slate = skeleton.fill(address, (field) => values.get(field) ?? "", this.#slates);
    return { raw: slate.raw, slate, isRelaxed: skeleton.isRelaxed };
  }

  #skeletonFor(kind: string, sample: Sample): Promise<Skeleton | undefined> | undefined {
    const known = this.#kept.get(kind);
    if (known || this.#kept.size >= mostKept) return known;
    const made = this.#make(sample);
    this.#kept.set(kind, made);
    return made;
  }

  async #make({ input, person, address, values }: Sample): Promise<Skeleton | undefined> {
    const whole = { ...input, ...person };
    // Not what the boundary shows to every reader.
    const seed = this.#options.seed.slice(boundaryLength);
    // Of another length, and without a letter in common: what looked into a value would show.
    const [open, again] = await Promise.all(
      [`M${seed}`, `k${seed}${seed}`].map((one) => this.#open(whole, [...values.keys()], new Marks(one))),
    );
    if (!open || JSON.stringify([open.html, open.text]) !== JSON.stringify([again?.html, again?.text]))
      return undefined;
    const skeleton = await compileSkeleton(open, address);
    const { raw } = skeleton.fill(address, (field) => values.get(field) ?? "", this.#slates);
    return saysTheSame(raw, await this.#whole(whole, address), this.#boundary) ? skeleton : undefined;
  }

  /** Renders the mail with marks where somebody's fields would stand. */
  async #open(input: PersonalInput, fields: readonly string[], marks: Marks): Promise<OpenLetter> {
    const marked: PersonalInput = {
      ...input,
      recipient: {
        ...input.recipient,
        address: marks.of("email"),
        fields: Object.fromEntries(fields.map((field) => [field, marks.of(field)])),
      },
      unsubscribe: fields.includes(link) ? marks.of(link) : undefined,
    };
    const mail = await this.#options.mail(marked);
    return {
      letter: { ...this.#options.frame(mail, marked), boundary: this.#boundary },
      html: marks.split(mail.html),
      text: marks.split(mail.unwrapped),
    };
  }

  async #apart(input: PersonalInput, address: Address): Promise<Composed> {
    return { raw: await this.#whole(input, address), isRelaxed: false };
  }

  /** Lets nodemailer compose the message. */
  async #whole(input: PersonalInput, { to, messageId, headers }: Address): Promise<Buffer> {
    const letter = this.#options.frame(await this.#options.mail(input), input);
    return composeMessage({
      ...letter,
      to: { ...to },
      messageId,
      headers: { ...letter.headers, ...headers },
      boundary: this.#boundary,
    });
  }
}
