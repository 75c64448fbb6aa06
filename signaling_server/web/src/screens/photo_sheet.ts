// The sheet to send a photo: camera or album, then each photo's thumbnail with its progress.
import type { Upload } from "../live/photo";
import { shrunk, upload } from "../live/photo";
import { el, icon, setText } from "../ui/dom";
import { t } from "../ui/texts";
import type { Sheet } from "./sheets";
import { sheet } from "./sheets";

export interface PhotoHost {
  session: string;
  /** The picture is with the server: say it in the lesson. */
  say: (sha256: string) => void;
  announce: (words: string) => void;
  close: () => void;
}

export function photoSheet(host: PhotoHost): Sheet {
  const list = el("ul", { class: "photos" });
  const hint = el("p", { class: "hint" }, t("photo_hint"));
  const send = (file: File): void => {
    const photo = new Photo(host, file);
    list.append(photo.node);
    photo.node.scrollIntoView({ block: "nearest" });
  };
  const chooser = (name: string, sign: string, words: string, more: { isPrimary?: boolean; capture?: string; multiple?: boolean }): HTMLElement => {
    const input = el("input", { type: "file", accept: "image/*", capture: more.capture, multiple: more.multiple, hidden: true, "aria-hidden": "true", id: `${name}-file` });
    input.addEventListener("change", () => {
      Array.from(input.files ?? []).forEach(send);
      input.value = "";
    });
    const button = el("button", { type: "button", id: name, class: more.isPrimary ? "primary" : "secondary", onclick: () => input.click() }, icon(sign, 24), words);
    return el("span", { class: "chooser" }, button, input);
  };
  const node = sheet("photo-sheet", t("photo"), host.close, hint, list,
    el("div", { class: "choosers" },
      chooser("take-photo", "camera", t("take_photo"), { isPrimary: true, capture: "environment" }),
      chooser("from-album", "photo", t("from_album"), { multiple: true })));
  return { node, focus: () => node.querySelector<HTMLElement>("#take-photo")?.focus() };
}

/** One photo: its thumbnail, how far it is, and what can be done when it was refused. */
class Photo {
  readonly node: HTMLElement;
  private readonly bar = el("i", {});
  private readonly state = el("span", { class: "state", role: "status" });
  private readonly acts = el("span", { class: "acts" });
  private readonly url: string;
  private abort: () => void = () => undefined;

  constructor(
    private readonly host: PhotoHost,
    private readonly file: File,
  ) {
    this.url = URL.createObjectURL(file);
    const image = el("img", { src: this.url, alt: t("photo_alt"), class: "thumb" });
    image.addEventListener("error", () => image.classList.add("blank"));
    this.node = el("li", { class: "photo" }, el("span", { class: "frame" }, image, el("span", { class: "progress" }, this.bar)), this.state, this.acts);
    void this.send();
  }

  private async send(): Promise<void> {
    this.acts.textContent = "";
    this.node.classList.remove("refused");
    this.show(0);
    const picture = await shrunk(this.file);
    const { done, abort } = upload(this.host.session, picture, (share) => this.show(share));
    this.abort = abort;
    const answer = await done;
    if (answer.kind === "sent") this.sent(answer.sha256);
    else this.refused(answer);
  }

  private show(share: number): void {
    const percent = Math.round(share * 100);
    this.bar.style.transform = `scaleX(${share.toFixed(3)})`;
    setText(this.state, t("photo_sending", { percent }));
  }

  private sent(sha256: string): void {
    this.node.classList.add("sent");
    this.show(1);
    setText(this.state, t("photo_sent"));
    this.host.announce(t("photo_sent"));
    this.host.say(sha256);
  }

  private refused(answer: Extract<Upload, { kind: "refused" }>): void {
    this.node.classList.add("refused");
    const words = t(answer.words, { n: answer.seconds ?? 0 });
    setText(this.state, words);
    this.host.announce(words);
    const act = (sign: string, label: string, go: () => void): HTMLElement =>
      el("button", { class: "small", type: "button", onclick: go }, icon(sign, 20), label);
    if (!answer.isFinal) this.acts.append(act("refresh", t("photo_again"), () => void this.send()));
    this.acts.append(act("trash", t("photo_remove"), () => this.remove()));
    this.node.scrollIntoView({ block: "nearest" });
  }

  private remove(): void {
    this.abort();
    URL.revokeObjectURL(this.url);
    this.node.remove();
  }
}
