// Every button that provokes a refusal: a name, what it does, and how.
// Those that act return the exchange to show; { token, key, user, progress } is what the page has.

import { checkAction, logEvent } from "./calls.js";
import { makeKey } from "./dpop.js";
import { callFromElsewhere } from "./elsewhere.js";
import { fetchToken } from "./issuer.js";
import { send } from "./proxy.js";

const KiB = 1024;
const asToken = async (user, kind) => (await fetchToken(user, kind)).text;

export const groups = [
  {
    name: "By what is asked",
    refusals: [
      // A plain GET needs no preflight: the browser lets the page read the refusal itself.
      { name: "Query added", act: () => send({ method: "GET", path: "/v1/event?debug=1" }) },
      { name: "Unlisted path", act: () => send({ method: "GET", path: "/v1/keys" }) },
      { name: "Wrong method", act: () => send({ method: "GET", path: "/v1/event" }) },
      { name: "Wrong type", act: ({ token, key }) => send({ ...logEvent(), token, key, type: "text/plain" }) },
      { name: "Too large", act: ({ token, key }) => send({ ...logEvent(null, { filler: "x".repeat(300 * KiB) }), token, key }) },
    ],
  },
  {
    name: "By who asks",
    refusals: [
      { name: "No token", act: () => send(logEvent()) },
      { name: "Expired token", act: async ({ user }) => send({ ...logEvent(), token: await asToken(user, "expired") }) },
      { name: "Forged token", act: async ({ user }) => send({ ...logEvent(), token: await asToken(user, "forged") }) },
      { name: "Lives too long", act: async ({ user }) => send({ ...logEvent(), token: await asToken(user, "long-lived") }) },
      { name: "Missing scope", act: async () => send({ ...checkAction(null, { tool: "lookup" }), token: await asToken("bob", "good") }) },
      { name: "Another site", act: ({ token }) => callFromElsewhere(token) },
      { name: "Too many", act: flood },
    ],
  },
  {
    name: "By who holds the key",
    refusals: [
      { name: "Stolen token", act: stolen },
      { name: "Replayed proof", act: replayed },
    ],
  },
];

export const faults = [
  { name: "Slow", order: "slow" },
  { name: "Error 500", order: "error" },
  { name: "Cut off", order: "close-mid-body" },
  { name: "Redirect", order: "redirect" },
  { name: "Its own 429", order: "rate-limit" },
  { name: "Echo the key", order: "echo-key" },
];

/** Sends until somebody says stop; what came before is left out of the history. */
async function flood({ token, key, progress }) {
  const most = 70;
  let last;
  for (let sent = 1; sent <= most; sent++) {
    last = await send({ ...logEvent(), token, key });
    progress(`${sent} sent`);
    if (last.answer?.status !== 200) break;
  }
  return last;
}

/** The thief has the token, and the browser kept its key: all that is left is another key's proof. */
async function stolen(held) {
  const { token } = await bound(held);
  return send({ ...logEvent(), token, key: await makeKey() });
}

/** A proof that was seen on its way is sent again, for the same call. */
async function replayed(held) {
  const { token, key } = await bound(held);
  const call = { ...logEvent(), token, key };
  const first = await send(call);
  return send({ ...call, proof: first.request.headers["DPoP"] });
}

/** The page's own token where it is bound, else one that is. */
async function bound({ token, key, user }) {
  if (key) return { token, key };
  const made = await makeKey();
  return { token: (await fetchToken(user, "good", made)).text, key: made };
}
