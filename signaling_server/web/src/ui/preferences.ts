// The pupil's own choices, kept in the browser: language, text size, theme, paper. Nothing else
// is stored here (THREATS A22).

export interface Preferences {
  language: string | null;
  size: "normal" | "large" | "huge";
  theme: "auto" | "light" | "dark";
  paper: string;
  /** Whether the line about recording was read. */
  knowsRecording: boolean;
}

const KEY = "lamplight.preferences";
const DEFAULTS: Preferences = { language: null, size: "normal", theme: "auto", paper: "white", knowsRecording: false };
const SCALES: Record<Preferences["size"], number> = { normal: 1, large: 1.15, huge: 1.3 };

export function loadPreferences(): Preferences {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...(saved as Partial<Preferences>) };
  } catch {
    return { ...DEFAULTS };
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Private mode of old browsers has no storage; the choice holds for this page then.
  }
}

export function applyPreferences(preferences: Preferences): void {
  const root = document.documentElement;
  root.style.fontSize = `${16 * (SCALES[preferences.size] ?? 1)}px`;
  root.classList.toggle("light", preferences.theme === "light");
  root.classList.toggle("dark", preferences.theme === "dark");
}
