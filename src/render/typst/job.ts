/** What the typesetter is asked, and what it answers: the words that pass between our process and its child. */

/** What diagnostics call the source of a job. */
export const mainPath = "/main.typ";

/** One compilation. */
export interface TypstJob {
  /** The main source, after Handlebars. */
  readonly source: string;
  /** Further files by their path, such as `/qr.svg`; nothing else can be read. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** What the source finds in `sys.inputs`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Labels without `<>`; the values of the metadata that bear them come back. */
  readonly queries: readonly string[];
  readonly pdf: boolean;
  /** Dots per inch; no picture without. */
  readonly png?: number | undefined;
  /** For a press: how far the page reaches beyond its trimmed size, in millimetres. The PDF then says where it is cut. */
  readonly press?: { readonly bleed: number; readonly slug: number } | undefined;
}

/** Something the compiler has to say. Its warnings count as faults: a poster is either right or not made. */
export interface TypstDiagnostic {
  readonly message: string;
  /** The file it is about, such as `/main.typ`, where it is known. */
  readonly path?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** What came of a job. With diagnostics there is neither PDF nor PNG. */
export interface TypstResult {
  readonly diagnostics: readonly TypstDiagnostic[];
  /** 0 when it did not compile. */
  readonly pages: number;
  readonly answers: Readonly<Record<string, readonly unknown[]>>;
  readonly pdf?: Uint8Array | undefined;
  /** The first page. */
  readonly png?: Uint8Array | undefined;
}
