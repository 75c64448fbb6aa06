import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import legacy from "@vitejs/plugin-legacy";
import { defineConfig, type Plugin } from "vite";
import { tokensCss } from "./tools/tokens_css";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "..", "..", "assets");
/** As in src/board/text.ts. */
const BOARD_FONT = "Lamplight Board";

/** `virtual:tokens.css` and `virtual:icons`, both made from assets/. */
function ourAssets(): Plugin {
  const tokens = "virtual:tokens.css";
  const icons = "virtual:icons";
  return {
    name: "lamplight-assets",
    resolveId: (id) => (id === tokens || id === icons ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${tokens}`) return tokensCss(readFileSync(join(assets, "tokens.json"), "utf8"));
      if (id === `\0${icons}`) return `export const ICONS = ${JSON.stringify(readIcons())};`;
      return undefined;
    },
  };
}

/**
 * The board's font: the slices of Noto Sans SC as woff2 alone, under a name of our own, so that
 * only typed text on the board fetches them and never the words around it.
 */
function boardFont(): Plugin {
  return {
    name: "lamplight-board-font",
    enforce: "pre",
    transform(code, id) {
      if (!/fontsource.noto-sans-sc.400\.css/.test(id)) return undefined;
      return code.replace(/'Noto Sans SC'/g, `'${BOARD_FONT}'`).replace(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, "");
    },
  };
}

/** The paths of every icon that a source file names, so that only those are shipped. */
function readIcons(): Record<string, string[]> {
  const folder = join(assets, "icons");
  const used = usedWords(join(here, "src"));
  const out: Record<string, string[]> = {};
  for (const file of readdirSync(folder)) {
    const name = file.replace(/\.svg$/, "");
    if (!file.endsWith(".svg") || !used.has(name)) continue;
    const text = readFileSync(join(folder, file), "utf8");
    out[name] = Array.from(text.matchAll(/ d="([^"]+)"/g), (match) => match[1]);
  }
  return out;
}

function usedWords(folder: string): Set<string> {
  const words = new Set<string>();
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) usedWords(path).forEach((word) => words.add(word));
    else if (item.name.endsWith(".ts")) {
      for (const match of readFileSync(path, "utf8").matchAll(/"([a-z0-9-]+)"/g)) words.add(match[1]);
    }
  }
  return words;
}

const isTest = process.env.VITEST !== undefined;

export default defineConfig({
  root: here,
  base: "/",
  plugins: [
    ourAssets(),
    boardFont(),
    ...(isTest
      ? []
      : [
          // The modern bundle reaches down to the floor (Chromium 80, iOS 14.3); the legacy one
          // serves older WeChat browsers, where a module would be a white page.
          legacy({ targets: ["chrome >= 60", "ios >= 12"], modernPolyfills: false }),
        ]),
  ],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    rollupOptions: { input: join(here, "live.html") },
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
} as Parameters<typeof defineConfig>[0]);
