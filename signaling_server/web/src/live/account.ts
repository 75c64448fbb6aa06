// Signing in and out over HTTP; the session lies in a cookie that scripts cannot read.

export type SignInResult = { kind: "ok" } | { kind: "wrong" } | { kind: "later"; seconds: number } | { kind: "trouble" };

export async function signIn(account: string, password: string): Promise<SignInResult> {
  try {
    const response = await post("/api/sign-in", { login: account, password });
    if (response.ok) return { kind: "ok" };
    if (response.status === 429) {
      return { kind: "later", seconds: Math.max(1, Number(response.headers.get("Retry-After") ?? 30) || 30) };
    }
    return response.status >= 500 ? { kind: "trouble" } : { kind: "wrong" };
  } catch {
    return { kind: "trouble" };
  }
}

export async function signOut(): Promise<void> {
  await post("/api/sign-out", {}).catch(() => undefined);
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}
