// The proxy's column: the verdict, a row for each step, and the limits that the answer told.

import { errorOf, header } from "../proxy.js";
import { steps } from "../steps.js";
import { byId, node, spoken } from "./dom.js";

const words = {
  idle: "waiting", passed: "passed", refused: "refused", skipped: "not needed", unreached: "not reached",
};

export function showAsking(progress = "") {
  setVerdict("asking", ["Asking…"], progress);
  setFlow("asking", "idle");
}

export function showSteps(exchange) {
  const verdict = exchange?.verdict;
  setVerdict(...told(exchange));
  byId("steps").replaceChildren(...steps.map((step, i) => row(step, verdict?.states[i] ?? "idle")));
  showLimits(exchange);
  byId("flow-token").firstElementChild.textContent = bare(exchange) ? "no token" : "token";
  if (!exchange) setFlow("idle", "idle");
  else setFlow(
    verdict.outcome === "silent" ? "refused" : "passed",
    exchange.seen.requests.length > 0 ? "passed" : "refused");
}

/** Whether the page held no token out, so that none is drawn as passing. */
const bare = exchange => exchange && !exchange.foreign && !exchange.request.headers["Authorization"];

function told(exchange) {
  if (!exchange) return ["idle", ["Nothing asked yet"], "Each row turns green or red with the next request."];
  const { verdict, answer } = exchange;
  if (exchange.foreign)
    return ["refused", ["Refused at step 3, Preflight"], "The browser asked first, and got no permission for that origin."];
  if (verdict.outcome === "silent") return ["refused", ["No answer to read"], "The browser got none, or kept it from this page."];
  if (exchange.cut)
    return ["refused", [`${answer.status}, then cut off`], "The answer broke off, and the page can tell that it is not whole."];
  if (verdict.outcome === "forwarded")
    return [answer.status < 400 ? "passed" : "neutral", [`Forwarded. Fabraix answered ${answer.status}`], `In ${exchange.milliseconds} ms, through all steps.`];
  const wait = header(exchange, "retry-after");
  const message = errorOf(exchange)?.message ?? "";
  return ["refused", [`Refused at step ${verdict.number}, ${verdict.step.name}`, node("code", {}, `${answer.status} ${verdict.code}`)],
    wait ? `${message} Try again in ${wait} s.` : message];
}

function setVerdict(state, [title, code], detail) {
  const box = byId("verdict");
  box.dataset.state = state;
  box.replaceChildren(
    node("p", { className: "verdict-title" }, title),
    ...(code ? [node("p", { className: "verdict-code" }, code)] : []),
    node("p", { className: "verdict-detail" }, detail),
  );
  const bar = byId("verdict-bar");
  bar.hidden = state === "idle";
  bar.dataset.state = state;
  bar.textContent = title;
}

function row(step, state) {
  const asks = state === "skipped" && step.id === "preflight" ? "Not needed for a plain request" : step.asks;
  const item = node("li", {}, [
    node("span", { className: "sign", ariaHidden: "true" }),
    node("span", { className: "step-name" }, step.name),
    node("span", { className: "step-asks" }, asks),
    spoken(`: ${words[state]}`),
  ]);
  item.dataset.state = state;
  item.dataset.step = step.id;
  return item;
}

function showLimits(exchange) {
  const box = byId("limits");
  const limit = header(exchange ?? {}, "ratelimit")?.match(/"([^"]+)";r=(\d+);t=(\d+)/);
  if (!limit) {
    box.replaceChildren(node("p", { className: "hint" }, exchange
      ? "No limits in this answer: they are told from step 8 on."
      : "The limits that are left come with the answer."));
    return;
  }

  const [, name, left, reset] = limit;
  const quota = header(exchange, "ratelimit-policy")?.match(new RegExp(`"${name}";q=(\\d+);w=(\\d+)`));
  const all = quota?.[1] ?? left;
  const window = quota?.[2] === "3600" ? "hour" : "minute";
  const meter = node("meter", { min: 0, max: Number(all), value: Number(left) });
  meter.setAttribute("aria-label", "Requests left");
  box.replaceChildren(
    node("p", { className: "limits-line" }, [
      node("strong", {}, `${left} of ${all}`), ` left this ${window}, more in ${reset} s`]),
    meter);
}

function setFlow(token, key) {
  byId("flow-token").dataset.state = token;
  byId("flow-key").dataset.state = key;
}
