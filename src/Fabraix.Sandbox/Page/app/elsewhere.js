// Lets a page on another site try, in a frame of its own origin, with a good token in its hand.

import { look } from "./proxy.js";

let foreign = "";

export function useElsewhere(address) {
  foreign = address;
}

export async function callFromElsewhere(token) {
  const before = await totalSeen();
  const frame = document.createElement("iframe");
  frame.title = `A page on ${foreign}`;
  frame.className = "elsewhere";
  frame.src = `${foreign}/`;

  const exchange = {
    label: "Another site", at: new Date(), foreign: { origin: foreign, frame, tries: null }, preflighted: true,
    request: { method: "POST", path: "/v1/event", headers: {} },
    answer: null, unreadable: true, cut: false, milliseconds: null, seen: { requests: [], total: null },
  };
  const report = reportFrom(frame, token);
  document.querySelector("#panes").replaceChildren(frame);
  exchange.foreign.tries = await report;
  await look(exchange);
  exchange.foreign.arrived = exchange.seen.total - before;
  return exchange;
}

/** The frame says when it is ready, gets the token, and reports what it could read. */
function reportFrom(frame, token) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error("The other site did not load."))), 10_000);
    function hear(event) {
      if (event.origin !== foreign || event.source !== frame.contentWindow) return;
      if (event.data.kind === "ready") frame.contentWindow.postMessage({ kind: "token", token }, foreign);
      if (event.data.kind === "report") finish(() => resolve(event.data.tries));
    }
    function finish(then) {
      clearTimeout(timer);
      removeEventListener("message", hear);
      then();
    }
    addEventListener("message", hear);
  });
}

async function totalSeen() {
  return (await (await fetch("/seen")).json()).total;
}
