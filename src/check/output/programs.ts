/** The mail programs that newsletters and emails are made for, as the data of caniemail.com names them. */
export const programs = [
  "outlook.windows",
  "outlook.outlook-com",
  "outlook.macos",
  "outlook.ios",
  "outlook.android",
  "gmail.desktop-webmail",
  "gmail.ios",
  "gmail.android",
  "gmail.mobile-webmail",
  "apple-mail.macos",
  "apple-mail.ios",
  "samsung-email.android",
  // The one Thunderbird in the data.
  "thunderbird.macos",
] as const;
export type Program = (typeof programs)[number];

/** As people know them. */
export const programNames: Readonly<Record<Program, string>> = {
  "outlook.windows": "Outlook for Windows (classic)",
  "outlook.outlook-com": "Outlook on the web and the new Outlook",
  "outlook.macos": "Outlook for Mac",
  "outlook.ios": "Outlook for iPhone",
  "outlook.android": "Outlook for Android",
  "gmail.desktop-webmail": "Gmail",
  "gmail.ios": "Gmail for iPhone",
  "gmail.android": "Gmail for Android",
  "gmail.mobile-webmail": "Gmail in a phone's browser",
  "apple-mail.macos": "Apple Mail",
  "apple-mail.ios": "Mail on iPhone",
  "samsung-email.android": "Samsung Email",
  "thunderbird.macos": "Thunderbird",
};
