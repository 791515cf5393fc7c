// One call through the proxy, and everything that this page can know about it afterwards.

import { proofFor, wantsNonce } from "./dpop.js";

let address = "";

export function useProxy(proxy) {
  address = proxy;
}

/** The bare call, without a look at what became of it. */
export function post({ path, body, token }) {
  const headers = { "Authorization": `Bearer ${token}`, "Content-Type": "application/json" };
  return fetch(address + path, { method: "POST", headers, body, credentials: "omit", cache: "no-store" });
}

/**
 * Sends { label, method, path, token, key, proof, type, body } and tells the exchange. A key goes with a token that is bound to
 * it, and makes the proof; a given proof is sent as it is.
 */
export async function send(call) {
  const exchange = await sendOnce(call);
  // The proxy may ask once for a nonce of its own in the proof (RFC 9449 section 9).
  return exchange.wantsNonce && !call.proof ? sendOnce(call) : exchange;
}

async function sendOnce({ label, method = "POST", path, token, key, proof, type = "application/json", body }) {
  const headers = {};
  if (token) headers["Authorization"] = `${key ? "DPoP" : "Bearer"} ${token}`;
  if (key) headers["DPoP"] = proof ?? await proofFor(key, { method, url: address + path, token });
  if (body !== undefined) headers["Content-Type"] = type;

  const exchange = {
    label,
    at: new Date(),
    request: { method, url: address + path, path, headers, body },
    // A browser asks first when a request could not have come from a plain form (Fetch, CORS-safelisted).
    preflighted: token !== undefined || (body !== undefined && type === "application/json"),
    answer: null,
    unreadable: false,
    cut: false,
    seen: { requests: [], total: null },
  };

  const started = performance.now();
  try {
    // No cookie goes along: the token is all the proxy listens to.
    const answer = await fetch(exchange.request.url, { method, headers, body, credentials: "omit", cache: "no-store" });
    exchange.answer = { status: answer.status, headers: [...answer.headers], body: "" };
    exchange.wantsNonce = wantsNonce(answer);
    exchange.answer.body = await answer.text();
  } catch {
    if (exchange.answer) exchange.cut = true;
    else exchange.unreadable = true;
  }
  exchange.milliseconds = Math.round(performance.now() - started);
  await look(exchange);
  return exchange;
}

/** Asks this page's own server what the upstream saw of an exchange. */
export async function look(exchange) {
  const id = header(exchange, "x-request-id") ?? "none";
  const answer = await fetch(`/seen/${encodeURIComponent(id)}`);
  exchange.seen = await answer.json();
}

export function header(exchange, name) {
  return exchange.answer?.headers.find(([n]) => n === name)?.[1] ?? null;
}

export function errorOf(exchange) {
  try {
    return JSON.parse(exchange.answer.body).error ?? null;
  } catch {
    return null;
  }
}
