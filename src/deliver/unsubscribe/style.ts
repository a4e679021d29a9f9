import { readableOn, textColourOn } from "../../domain/brand.ts";

/** The two colours of a brand, `#rrggbb`. */
export interface PageColours {
  readonly primary: string;
  readonly accent?: string | undefined;
}

const dark = { paper: "#1b1f23", ground: "#101316", ink: "#eef0f2", soft: "#b9c0c6" };

/** Text keeps 4.5:1, the frame of the focus 3:1 (WCAG 2.2, 1.4.3 and 1.4.11), whatever the brand's colours. */
export function styleOf({ primary, accent = primary }: PageColours): string {
  const onLight = readableOn(primary, "#f3f5f6", 4.5);
  const onDark = readableOn(primary, dark.paper, 4.5);
  return `
:root { color-scheme: light dark; --paper: #ffffff; --ground: #f3f5f6; --ink: #1c2023; --soft: #4d555b; --strong: ${onLight}; --on-strong: ${textColourOn(onLight)}; }
@media (prefers-color-scheme: dark) {
  :root { --paper: ${dark.paper}; --ground: ${dark.ground}; --ink: ${dark.ink}; --soft: ${dark.soft}; --strong: ${onDark}; --on-strong: ${textColourOn(onDark)}; }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.125rem/1.6 "Segoe UI", Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 38rem; margin-inline: auto; padding-inline: clamp(1.25rem, 6vw, 3rem); }
header { margin-top: clamp(0px, 6vw, 4rem); padding-block: 1.5rem; background: ${primary}; color: ${textColourOn(primary)}; border-bottom: 6px solid ${accent}; }
header p { margin: 0; font-size: 1rem; }
header .name { font-size: 1.125rem; font-weight: bold; line-height: 1.4; }
main { padding-block: clamp(1.75rem, 6vw, 2.75rem); background: var(--paper); }
h1 { margin: 0; font-size: clamp(1.625rem, 1.3rem + 1.6vw, 2.125rem); line-height: 1.2; text-wrap: balance; }
main p { margin: 1rem 0 0; }
.quiet { color: var(--soft); font-size: 1rem; }
a { color: var(--strong); text-underline-offset: 0.15em; }
form { margin: 1.75rem 0 0; }
button { min-height: 3rem; padding: 0.625rem 1.75rem; border: 2px solid var(--strong); border-radius: 6px; background: var(--strong); color: var(--on-strong); font: inherit; font-weight: bold; cursor: pointer; }
button[value="subscribe"] { background: var(--paper); color: var(--strong); }
button:hover { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 3px; border-radius: 6px; }
@media (max-width: 42rem) { body { background: var(--paper); } header { margin-top: 0; } button { width: 100%; } }
@media (forced-colors: active) { button { border-color: ButtonText; } }
`;
}
