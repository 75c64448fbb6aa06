/** What fills the page; one at a time. */
export interface Screen {
  node: HTMLElement;
  /** Called when it leaves the page. */
  dispose?: () => void;
}
