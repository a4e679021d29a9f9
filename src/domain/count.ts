/** `1 topic`, `2 topics`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString("en-GB")} ${amount === 1 ? one : many}`;
}
