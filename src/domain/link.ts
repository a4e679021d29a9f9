/** Why a link on the web cannot be opened. */
export type LinkFault =
  /** The site says that the page is not there. */
  | "missing"
  /** No site has this name. */
  | "no-site"
  | "certificate"
  | "timeout"
  | "no-answer"
  /** The site answers that it is at fault itself. */
  | "server"
  /** It leads to a machine or network that readers are not on. */
  | "private";

/** What came of asking for a link. */
export type LinkAnswer =
  | { readonly kind: "fine" }
  /** The site answered, but does not show itself to programs: nobody knows. */
  | { readonly kind: "unjudged"; readonly status: number }
  | { readonly kind: "fault"; readonly fault: LinkFault; readonly status?: number | undefined };
