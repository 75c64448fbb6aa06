// A pupil's photo on its way: made smaller here, sent with progress, refused in words.
import type { TextId } from "../ui/texts";

/** As large as the server keeps pictures (pictures.py FULL_EDGE). */
const LONGEST_EDGE = 2560;
const QUALITY = 0.85;
/** What need not be made smaller: the server cleans it anyway. */
const SMALL_ENOUGH = 400 * 1024;

export type Upload = { kind: "sent"; sha256: string } | { kind: "refused"; words: TextId; seconds?: number; isFinal: boolean };

/** A file that the browser can show as a JPEG of at most LONGEST_EDGE; else the file as it is. */
export async function shrunk(file: Blob): Promise<Blob> {
  if (file.size <= SMALL_ENOUGH && /^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    const by = Math.min(1, LONGEST_EDGE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * by));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * by));
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.fillStyle = "#fff"; // what was transparent
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    canvas.width = canvas.height = 0;
    return blob ?? file;
  } catch {
    return file; // the server says what is wrong with it
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Send a picture to the lesson; `progress` is 0..1. XMLHttpRequest, since fetch tells no progress. */
export function upload(session: string, picture: Blob, progress: (share: number) => void): { done: Promise<Upload>; abort: () => void } {
  const request = new XMLHttpRequest();
  const done = new Promise<Upload>((resolve) => {
    request.open("POST", `/api/lessons/${encodeURIComponent(session)}/pictures`);
    request.setRequestHeader("Content-Type", picture.type || "application/octet-stream");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onload = () => resolve(answerOf(request.status, request.responseText));
    request.onerror = request.ontimeout = () => resolve({ kind: "refused", words: "photo_trouble", isFinal: false });
    request.send(picture);
  });
  return { done, abort: () => request.abort() };
}

const REASONS: Record<string, TextId> = {
  too_large: "photo_too_large",
  not_a_picture: "photo_unsupported",
  unsupported: "photo_unsupported",
  encrypted: "photo_damaged",
  damaged: "photo_damaged",
  too_much_memory: "photo_too_large",
  took_too_long: "photo_trouble",
  lesson_full: "photo_lesson_full",
  session_over: "photo_over",
};

/** What the server's answer means for the pupil. */
export function answerOf(status: number, text: string): Upload {
  let body: { sha256?: unknown; reason?: unknown; retry_in_ms?: unknown } = {};
  try {
    body = (JSON.parse(text) ?? {}) as typeof body;
  } catch {
    // a proxy's page: only the status says something
  }
  if (status === 201 && typeof body.sha256 === "string") return { kind: "sent", sha256: body.sha256 };
  if (status === 429) {
    const seconds = Math.max(1, Math.ceil(Number(body.retry_in_ms ?? 10_000) / 1000) || 10);
    return { kind: "refused", words: "photo_too_fast", seconds, isFinal: false };
  }
  const words = REASONS[String(body.reason)];
  if (words === undefined) return { kind: "refused", words: status === 413 ? "photo_too_large" : "photo_trouble", isFinal: status === 413 };
  return { kind: "refused", words, isFinal: words !== "photo_trouble" };
}
