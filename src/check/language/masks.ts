/** Blanks of the same length in place of what is not judged, so that places in the text stay true. */
function blank(found: string): string {
  return " ".repeat(found.length);
}

const addresses =
  /[a-z][a-z+.-]*:\/\/\S+|www\.\S+|(?:mailto|tel):\S+|\S+@\S+|\b[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(?:\/\S*)?/giu;

/** Web and mail addresses, and names of files. */
export function maskAddresses(text: string): string {
  return /\S[.@:]\S/.test(text) ? text.replace(addresses, blank) : text;
}

const quotations = /“[^“”]*”|"[^"]*"|(?<!\p{L})‘[^‘]*?’(?!\p{L})|(?<![\p{L}\p{N}])'[^']*?'(?!\p{L})/gu;

/** Words in quotation marks: they are spoken of, or someone else's. */
export function maskQuotations(text: string): string {
  return /["“‘']/.test(text) ? text.replace(quotations, blank) : text;
}
