/** What no picture on paper needs, and the reason given to the person who made it. */
const refusals: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/<!ENTITY|<!ATTLIST|<\?xml-stylesheet/i, "it defines entities or names a style sheet"],
  [/<(?:[\w.-]+:)?(?:script|handler)\b|\son\w+\s*=/i, "it holds a script"],
  [/<(?:[\w.-]+:)?(?:foreignObject|iframe|object|embed|audio|video)\b/i, "it holds another document"],
  [/<(?:[\w.-]+:)?(?:text|tspan|textPath|tref)\b/i, "it holds text; turn the text into outlines"],
  [/<(?:[\w.-]+:)?(?:animate\w*|set)\b/i, "it moves"],
  [/@import|@font-face|@\\/i, "its style sheet loads something"],
  [
    /\bhref\s*=\s*(?!["']\s*(?:#|data:image\/(?:png|jpe?g|gif)[;,]))/i,
    "it refers to something outside itself",
  ],
  [/\burl\(\s*(?!["']?\s*#)/i, "it refers to something outside itself"],
  [/\bstyle\s*=[^>]*\\|<style[^]*\\/i, "its style hides something behind a backslash"],
];

/**
 * Judges an SVG picture before it is drawn: the fonts and files of this machine must not change what it shows, and it must
 * not run or fetch anything. Comments are judged like the rest, since a comment can be faked.
 * @param content the file's text
 * @returns the reason for refusing it, as the end of a sentence; undefined when it is safe
 */
export function inspectSvg(content: string): string | undefined {
  if (!/<(?:[\w.-]+:)?svg[\s>]/.test(content)) return "it is not an SVG picture";
  return refusals.find(([pattern]) => pattern.test(content))?.[1];
}
