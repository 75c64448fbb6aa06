// assets/tokens.json as CSS variables. Type is in rem, so that the page's text sizes scale it.

interface Tokens {
  color: Record<string, { light: string; dark: string }>;
  ink: {
    colors: { id: string; paper: string; blackboard: string }[];
    highlighters: { id: string; paper: string; opacity: number }[];
  };
  font: { ui: string[]; weight: Record<string, number> };
  type: { phone: Record<string, [number, number]> };
  space: Record<string, number>;
  radius: Record<string, number>;
  size: Record<string, number | number[]>;
  motion: Record<string, number | string>;
  shadow: Record<string, string>;
}

const name = (key: string): string => `--${key.replace(/[._]/g, "-")}`;

export function tokensCss(json: string): string {
  const tokens = JSON.parse(json) as Tokens;
  const colors = Object.entries(tokens.color);
  const light = colors.map(([key, value]) => `${name(key)}: ${value.light};`);
  const dark = colors.map(([key, value]) => `${name(key)}: ${value.dark};`);
  const rest = [
    ...tokens.ink.colors.map((ink) => `--ink-${ink.id}: ${ink.paper};`),
    ...Object.entries(tokens.space).map(([key, value]) => `--space-${key}: ${value}px;`),
    ...Object.entries(tokens.radius).map(([key, value]) => `--radius-${key}: ${value}px;`),
    ...Object.entries(tokens.shadow).map(([key, value]) => `--shadow-${key}: ${value};`),
    ...Object.entries(tokens.font.weight).map(([key, value]) => `--weight-${key}: ${value};`),
    ...Object.entries(tokens.size)
      .filter(([, value]) => typeof value === "number")
      .map(([key, value]) => `${name(`size.${key}`)}: ${String(value)}px;`),
    ...Object.entries(tokens.type.phone).map(([key, [size, line]]) => `--type-${key}: ${size / 16}rem/${line / 16}rem;`),
    `--motion-state: ${tokens.motion.state}ms;`,
    `--motion-panel: ${tokens.motion.panel}ms;`,
    `--motion-ease: ${tokens.motion.ease};`,
    `--font-ui: -apple-system, ${tokens.font.ui.map((font) => (font.includes(" ") ? `"${font}"` : font)).join(", ")};`,
  ];
  return [
    `:root { color-scheme: light; ${[...light, ...rest].join(" ")} }`,
    `@media (prefers-color-scheme: dark) { :root:not(.light) { color-scheme: dark; ${dark.join(" ")} } }`,
    `:root.dark { color-scheme: dark; ${dark.join(" ")} }`,
    "",
  ].join("\n");
}
