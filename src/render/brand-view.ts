import { mix, platformIds, platforms, readableOn, textColourOn, type Brand } from "../domain/brand.ts";
import type { Contact } from "../domain/topic.ts";
import type { View } from "./view.ts";

/** The lightest surface of the templates when a mail program shows them dark. */
export const darkBackground = "#26292c";

/** What templates may say of a brand. */
export function brandView(brand: Brand, logo: View["brand"]["logo"]): View["brand"] {
  return {
    id: brand.id,
    name: brand.name,
    shortName: brand.shortName ?? brand.name,
    logo,
    colours: brandColours(brand),
    footer: brand.footer ?? "",
    address: brand.address ?? "",
    website: brand.website ? { url: brand.website, display: displayAddress(brand.website) } : null,
    contact: contactView(brand.contact),
    social: socialView(brand.social),
  };
}

function socialView(social: Brand["social"]): View["brand"]["social"] {
  return platformIds.flatMap((id) => {
    const given = social[id];
    if (given === undefined) return [];
    const url = given.startsWith("https://") ? given : "";
    return [{ id, name: platforms[id], handle: displayAddress(given), url }];
  });
}

const knownColours = new WeakMap<Brand["colours"], View["brand"]["colours"]>();

/** A brand's colours with those made from them, whatever they are: text keeps 4.5:1 (WCAG 2.2, 1.4.3). */
export function brandColours({ colours }: Pick<Brand, "colours">): View["brand"]["colours"] {
  const known = knownColours.get(colours) ?? makeColours(colours);
  knownColours.set(colours, known);
  return known;
}

function makeColours({ primary, accent = primary }: Brand["colours"]): View["brand"]["colours"] {
  const tint = mix(primary, "#ffffff", 0.93);
  return {
    primary,
    onPrimary: textColourOn(primary),
    accent,
    onAccent: textColourOn(accent),
    primaryOnLight: readableOn(primary, tint, 4.5),
    accentOnLight: readableOn(accent, tint, 4.5),
    primaryOnDark: readableOn(primary, darkBackground, 4.5),
    accentOnDark: readableOn(accent, darkBackground, 4.5),
    tint,
  };
}

/** What templates may say of a contact. */
export function contactView(contact: Contact | undefined): View["topic"]["contact"] {
  return contact ? { name: contact.name, email: contact.email, phone: contact.phone ?? "" } : null;
}

/** An address as people read it: without scheme, `www.` and trailing slash. */
export function displayAddress(url: string): string {
  return url
    .replace(/^https?:\/\//i, "")
    .replace(/^www\./i, "")
    .replace(/\/$/, "");
}
