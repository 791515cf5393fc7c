// The lower half: what was sent so far, and the chosen request beside its answer.

import { byId, node, spoken } from "./dom.js";
import { body, headers } from "./seen.js";

export function showHistory(history, chosen, choose) {
  byId("history").hidden = history.length === 0;
  byId("history").replaceChildren(...history.map(exchange => {
    const entry = node("button", { type: "button", onclick: () => choose(exchange) }, [
      node("span", { className: "sign", ariaHidden: "true" }),
      node("span", { className: "history-name" }, exchange.label),
      node("span", { className: "history-status" }, statusOf(exchange)),
    ]);
    entry.dataset.state = exchange.verdict.outcome === "forwarded" ? "passed" : "refused";
    if (exchange === chosen) entry.setAttribute("aria-current", "true");
    return node("li", {}, entry);
  }));
}

function statusOf(exchange) {
  if (exchange.cut) return "cut off";
  return exchange.answer ? String(exchange.answer.status) : "unreadable";
}

export function showExchange(exchange) {
  const panes = byId("panes");
  if (!exchange) panes.replaceChildren(node("p", { className: "empty" }, "Sign in, register a run, and see both sides of the call here."));
  else if (exchange.foreign) showForeign(panes, exchange);
  else panes.replaceChildren(requestPane(exchange), answerPane(exchange));
}

function requestPane({ request }) {
  const sent = Object.entries(request.headers).map(([name, value]) => ({
    name, value: value.length > 64 ? `${value.slice(0, 40)}… (${value.length} characters)` : value,
  }));
  return pane("The page sent", [
    node("p", { className: "request-line" }, [node("strong", {}, request.method), ` ${request.url}`]),
    headers(sent),
    body(request.body),
  ]);
}

function answerPane(exchange) {
  const { answer } = exchange;
  if (!answer)
    return pane("The page could read", [node("p", { className: "empty" }, "Nothing: no status, no header, no body.")]);
  const readable = answer.headers.map(([name, value]) => ({ name, value }));
  return pane("The page could read", [
    node("p", { className: "request-line" }, [
      node("strong", {}, String(answer.status)), ` ${answer.status < 400 ? "answer" : "refusal"} in ${exchange.milliseconds} ms`]),
    headers(readable),
    exchange.cut ? node("p", { className: "empty" }, "The body broke off.") : body(answer.body),
  ]);
}

/** The frame itself while it is still there: putting it back would load it anew, so later its report is written out. */
function showForeign(panes, exchange) {
  const { frame, origin, tries } = exchange.foreign;
  if (frame.isConnected)
    for (const other of [...panes.children].filter(c => c !== frame)) other.remove();
  else
    panes.replaceChildren(pane(`A page on ${origin}`, tries.map(t =>
      node("p", { className: "hint" }, [t.name, node("br"), node("strong", {}, t.said)]))));
  panes.append(foreignPane(exchange));
}

function foreignPane({ foreign }) {
  return pane("It could read", [
    node("p", { className: "request-line" }, node("strong", {}, "Nothing")),
    node("p", { className: "hint" },
      `The page on ${foreign.origin} held a good token. The browser asked the proxy first, the proxy gave that origin no permission, and the browser kept every answer from it.`),
    node("p", { className: "hint" }, [
      "Requests that reached Fabraix: ", node("strong", {}, String(foreign.arrived)), spoken(".")]),
  ]);
}

function pane(title, children) {
  return node("section", { className: "pane" }, [node("h3", {}, title), ...children]);
}
