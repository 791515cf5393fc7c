// The traffic's buttons, its sum in words, and a chart of the last minute: calls, failures, and when the key changed.

import { operate } from "../operator.js";
import { startTraffic } from "../traffic.js";
import { button, byId, node } from "./dom.js";

const span = 60; // seconds on the chart
const step = 0.5; // seconds in a point
const grace = 2000; // ms from a new key to the old one's end
const size = { height: 176, left: 40, right: 8, top: 32, bottom: 24 };
const svg = "http://www.w3.org/2000/svg";

const now = () => performance.now() / 1000;

export function showTraffic(keyChanged, fail) {
  const state = { stop: null, begun: now(), points: new Map(), marks: [], sent: 0, failed: 0, rotations: 0, turning: false };
  const run = button("Start the traffic", toggle, "chip");
  const turn = button("Change the key", rotate, "chip");
  byId("traffic-acts").append(run, turn);
  refresh();

  function toggle() {
    if (state.stop) {
      state.stop();
      state.stop = null;
      clearInterval(state.timer);
    } else {
      state.stop = startTraffic(count, fail);
      state.timer = setInterval(refresh, step * 1000);
    }
    refresh();
  }

  function count(good) {
    const slot = Math.floor((now() - state.begun) / step);
    const point = state.points.get(slot) ?? { sent: 0, failed: 0 };
    point.sent++;
    point.failed += good ? 0 : 1;
    state.points.set(slot, point);
    state.points.delete(slot - 2 * span / step);
    state.sent++;
    state.failed += good ? 0 : 1;
  }

  async function rotate() {
    state.turning = true;
    refresh();
    try {
      keyChanged(await operate("replace-key"));
      mark("new key");
      await new Promise(resolve => setTimeout(resolve, grace));
      keyChanged(await operate("revoke-old-keys"));
      mark("old one revoked");
      state.rotations++;
    } catch (error) {
      fail(error);
    }
    state.turning = false;
    refresh();
  }

  function mark(text) {
    state.marks = [...state.marks.slice(-20), { at: now() - state.begun, text }];
    refresh();
  }

  function refresh() {
    run.textContent = state.stop ? "Stop the traffic" : "Start the traffic";
    turn.setAttribute("aria-disabled", String(!state.stop || state.turning));
    byId("traffic-sum").replaceChildren(...sum(state));
    draw(state);
  }
}

function sum({ sent, failed, rotations }) {
  if (sent === 0) return ["Nothing sent yet."];
  const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  return [
    `${count(sent, "call", "calls")}, ${count(rotations, "change", "changes")} of the key, `,
    node("strong", { className: failed ? "bad" : "good" }, count(failed, "failure", "failures"))];
}

function draw(state) {
  const width = byId("traffic-chart").clientWidth;
  const slots = span / step;
  const end = Math.floor((now() - state.begun) / step); // the last one is not whole yet
  const points = Array.from({ length: slots }, (_, i) => state.points.get(end - slots + i) ?? { sent: 0, failed: 0 });
  const most = Math.max(24, ...points.map(point => point.sent / step));
  const x = i => size.left + i / (slots - 1) * (width - size.left - size.right);
  const y = perSecond => size.height - size.bottom - perSecond / most * (size.height - size.top - size.bottom);
  const line = of => points.map((point, i) => `${x(i).toFixed(1)},${y(of(point) / step).toFixed(1)}`).join(" ");
  const time = at => x(at / step - end + slots);

  const base = size.height - size.bottom;
  const drawing = shape("svg", { viewBox: `0 0 ${width} ${size.height}`, role: "img" }, [
    shape("title", {}, `Calls and failures a second over the last ${span} seconds`),
    ...[0, 10, 20].flatMap(value => [
      shape("line", { class: "grid", x1: size.left, x2: width - size.right, y1: y(value), y2: y(value) }),
      shape("text", { class: "tick", x: size.left - 8, y: y(value) + 4, "text-anchor": "end" }, String(value))]),
    ...state.marks.filter(mark => time(mark.at) >= size.left).flatMap((mark, i) => [
      shape("line", { class: "mark", x1: time(mark.at), x2: time(mark.at), y1: size.top - 8, y2: base }),
      shape("text", { class: "mark-text", y: i % 2 ? size.top - 4 : size.top - 18, ...beside(time(mark.at), width) }, mark.text)]),
    shape("polygon", { class: "calls-area", points: `${x(0)},${base} ${line(point => point.sent)} ${x(slots - 1)},${base}` }),
    shape("polyline", { class: "calls-line", points: line(point => point.sent) }),
    shape("polyline", { class: "failures-line", points: line(point => point.failed) }),
    shape("text", { class: "tick", x: size.left, y: size.height - 6 }, `${span} s ago`),
    shape("text", { class: "tick", x: width - size.right, y: size.height - 6, "text-anchor": "end" }, "now"),
  ]);
  const caption = node("figcaption", {}, [
    node("span", { className: "legend calls-legend" }, "calls a second"),
    node("span", { className: "legend failures-legend" }, "failures a second")]);
  byId("traffic-chart").replaceChildren(drawing, caption);
}

/** Where a mark's words go: to its right, or to its left where the chart ends. */
const beside = (x, width) => x < width - 112 ? { x: x + 4 } : { x: x - 4, "text-anchor": "end" };

function shape(name, attributes, children = []) {
  const made = document.createElementNS(svg, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...[children].flat());
  return made;
}
