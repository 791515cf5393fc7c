// One window of a quota over the last hour: a bar for each minute, against its limit.

import { el, svg } from "./parts.js";
import { clock, count } from "./words.js";

const step = 10;
const height = 96;
const top = 8;
const tight = 0.9;

export function chart(quota, now) {
  const { history, limit, used } = quota;
  const highest = Math.max(limit, ...history.map(value => value ?? 0));
  const y = value => height - (height - top) * value / highest;
  const known = runs(history).map(([from, to]) => svg("rect", { class: "known", x: from * step, y: y(limit), width: (to - from) * step, height: height - y(limit) }));
  const bars = history.flatMap((value, i) => value > 0 ? [bar(value, i)] : []);
  const line = svg("line", { class: "limit", x1: 0, x2: history.length * step, y1: y(limit), y2: y(limit) });
  return el("figure", { class: "chart" },
    el("figcaption", {}, el("span", {}, `per ${quota.span}`), el("span", { class: used >= limit * tight ? "bad" : null }, el("b", {}, count(used)), ` of ${count(limit)}`)),
    svg("svg", { viewBox: `0 0 ${history.length * step} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": told(quota, now) }, known, bars, line),
    el("p", { class: "axis", "aria-hidden": "true" }, el("span", {}, start(history, now)), el("span", {}, peak(history, now)), el("span", {}, "now")));

  function bar(value, i) {
    const tall = Math.max(2, height - y(value));
    return svg("rect", { class: value >= limit * tight ? "bar bad" : "bar", x: i * step + 1, y: height - tall, width: step - 2, height: tall });
  }
}

// From where to where the proxy looked: only there no bar means no use.
function runs(history) {
  const edges = history.flatMap((value, i) => (value === null) !== ((history[i - 1] ?? null) === null) ? [i] : []);
  if (edges.length % 2 === 1) edges.push(history.length);
  return Array.from({ length: edges.length / 2 }, (_, i) => [edges[2 * i], edges[2 * i + 1]]);
}

const minuteOf = (history, i, now) => clock(new Date(now.getTime() - (history.length - 1 - i) * 60_000));

function start(history, now) {
  const first = history.findIndex(value => value !== null);
  return first <= 0 ? "an hour ago" : `since ${minuteOf(history, first, now)}`;
}

function peak(history, now) {
  const most = Math.max(0, ...history.map(value => value ?? 0));
  return most === 0 ? "nothing used" : `most ${count(most)}, ${minuteOf(history, history.lastIndexOf(most), now)}`;
}

const told = (quota, now) => `${quota.of}, per ${quota.span}: ${count(quota.used)} of ${count(quota.limit)} used now; in the last hour ${peak(quota.history, now)}.`;
