declare module "virtual:icons" {
  /** Path data of each icon, on a grid of 24. */
  export const ICONS: Record<string, string[]>;
}
declare module "virtual:tokens.css";
declare module "*.css";
