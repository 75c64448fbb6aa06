// Copy what we ship from npm packages: icons (committed) and fonts (made again by every build).
//
//   node tools/copy_assets.mjs icons   Tabler Icons used by page and desktop -> assets/icons
//   node tools/copy_assets.mjs fonts   Noto Sans SC for the desktop, PDF and video -> assets/fonts
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const assets = join(here, "..", "..", "..", "assets");

const OUTLINE = `
alert-triangle antenna-bars-1 antenna-bars-3 antenna-bars-5 arrow-back-up arrow-forward-up arrow-left
atom ballpen battery battery-2 bell bluetooth book building-bank bulb calculator calendar camera check
chevron-down chevron-left chevron-right chevron-up circle-check clock coins copy device-desktop dots
door-exit droplet eraser external-link eye eye-off file-plus flag flask focus-2 gauge hand-stop help
highlight home info-circle language lasso layout-sidebar-right leaf letter-case letter-t loader-2 lock logout map
maximize message-circle microphone microphone-off minus moon notes palette pencil pencil-off photo pin
player-pause player-play player-record player-skip-back player-skip-forward player-stop plug-connected
plug-connected-x plus pointer power qrcode refresh ruler-2 scale search send settings star stethoscope
sun tag text-size trash typography usb user user-check user-x users video volume volume-off wifi wifi-off x
zoom-in zoom-out
`;
const FILLED = "microphone player-record star player-play player-pause";
const FONTS = ["400Regular", "500Medium", "600SemiBold"];

function copyIcons() {
  const target = join(assets, "icons");
  mkdirSync(target, { recursive: true });
  const source = join(modules, "@tabler", "icons");
  const write = (name, from) => {
    const text = readFileSync(from, "utf8")
      .replace(/\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
      .replace('stroke-width="2"', 'stroke-width="1.75"')
      .replace(/\s+class="[^"]*"/, "");
    writeFileSync(join(target, `${name}.svg`), text);
  };
  const names = OUTLINE.split(/\s+/).filter(Boolean);
  for (const name of names) write(name, join(source, "icons", "outline", `${name}.svg`));
  for (const name of FILLED.split(" ")) write(`${name}-filled`, join(source, "icons", "filled", `${name}.svg`));
  copyFileSync(join(source, "LICENSE"), join(target, "LICENSE"));
  process.stdout.write(`icons: ${names.length + FILLED.split(" ").length}\n`);
}

function copyFonts() {
  const target = join(assets, "fonts");
  mkdirSync(target, { recursive: true });
  const source = join(modules, "@expo-google-fonts", "noto-sans-sc");
  let copied = 0;
  for (const weight of FONTS) {
    const from = join(source, weight, `NotoSansSC_${weight}.ttf`);
    const to = join(target, `NotoSansSC-${weight.slice(3)}.ttf`);
    if (existsSync(to) && statSync(to).size === statSync(from).size) continue;
    copyFileSync(from, to);
    copied += 1;
  }
  copyFileSync(join(source, "LICENSE_FONT"), join(target, "OFL.txt"));
  process.stdout.write(`fonts: ${copied} copied\n`);
}

const what = process.argv[2] ?? "all";
if (what === "icons" || what === "all") copyIcons();
if (what === "fonts" || what === "all") copyFonts();
