// Visitors who call through the proxy without end: each signs in, logs some events and leaves, and another comes.

import { logEvent } from "./calls.js";
import { fetchToken } from "./issuer.js";
import { post } from "./proxy.js";

const visitors = 8;
const callsEach = 20; // fewer than one user may make in a minute
const pause = 400; // ms, so that all of them together make twenty calls a second

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Starts them; answered is called with the time and whether it was a 200. Returns what sends them all home. */
export function startTraffic(answered, failed) {
  const state = { open: true };
  for (let i = 0; i < visitors; i++)
    wait(i * pause / visitors).then(() => visit(state, answered)).catch(failed);
  return () => { state.open = false; };
}

async function visit(state, answered) {
  while (state.open) {
    const token = await fetchToken(`visitor-${Math.floor(Math.random() * 1e6)}`);
    for (let call = 0; state.open && call < callsEach; call++) {
      const next = wait(pause);
      answered(await isAnswered(token.text));
      await next;
    }
  }
}

async function isAnswered(token) {
  try {
    const answer = await post({ ...logEvent(), token });
    await answer.text();
    return answer.status === 200;
  } catch {
    return false;
  }
}
