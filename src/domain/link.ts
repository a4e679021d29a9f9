/** Why a link on the web cannot be opened. */
export type LinkFault =
  /** The site says that the page is not there. */
  | "missing"
  /** No site has this name. */
  | "no-site"
  /** No browser would open it, such as for a port that cannot be. */
  | "bad-address"
  /** A user name or password stands in it. */
  | "login"
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

/** Faults that an address has by itself: no site is asked to find them. */
export const ownFaults: readonly LinkFault[] = ["bad-address", "login", "private"];

/** An address as it may be told to anybody: without a user name and password before its site. */
export function withoutLogin(address: string): string {
  return address.replace(/([\\/]{2})[^/?#\\]*@/, "$1");
}
