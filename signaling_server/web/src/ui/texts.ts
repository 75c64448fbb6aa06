// Words of the page in the language that was chosen.
import { en } from "./texts_en";
import { zh } from "./texts_zh";

export type TextId = keyof typeof zh;

const TABLES = { zh, en };
export type Language = keyof typeof TABLES;

let language: Language = "zh";

export function setLanguage(chosen: Language): void {
  language = chosen;
}

export function currentLanguage(): Language {
  return language;
}

export function t(id: TextId, values: Record<string, string | number> = {}): string {
  return TABLES[language][id].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** The language of `?lang=`, of an earlier choice, or of the browser. */
export function chooseLanguage(query: string | null, saved: string | null, browser: string): Language {
  for (const wish of [query, saved]) if (wish === "zh" || wish === "en") return wish;
  return browser.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const SUBJECTS = [
  "chinese", "maths", "english", "physics", "chemistry", "biology", "politics", "history", "geography",
] as const satisfies readonly TextId[];

/** A subject's name; one unknown here is shown as it came. */
export function subjectName(subject: string): string {
  return (SUBJECTS as readonly string[]).includes(subject) ? t(subject as TextId) : subject;
}

export function tables(): Record<Language, Record<string, string>> {
  return TABLES;
}
