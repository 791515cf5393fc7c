// The sandbox's page: wires the buttons to calls, and each exchange to the three columns.

import { checkAction, logEvent, registerRun } from "./calls.js";
import { makeKey } from "./dpop.js";
import { useElsewhere } from "./elsewhere.js";
import { fetchToken, useIssuer } from "./issuer.js";
import { operate } from "./operator.js";
import { send, useProxy } from "./proxy.js";
import { faults, groups } from "./refusals.js";
import { judge } from "./steps.js";
import { button, byId, node } from "./views/dom.js";
import { showExchange, showHistory } from "./views/exchange.js";
import { showSeen } from "./views/seen.js";
import { showAsking, showSteps } from "./views/steps.js";
import { showToken } from "./views/token.js";
import { showTraffic } from "./views/traffic.js";

const state = { user: null, token: null, traceId: null, busy: false, history: [], shown: null };
const kept = 20;

start().catch(fail);

async function start() {
  const settings = await (await fetch("/settings.json")).json();
  useProxy(settings.proxy);
  useIssuer(settings.issuer);
  useElsewhere(settings.foreign);
  byId("page-address").textContent = location.origin;
  byId("proxy-address").textContent = settings.proxy;
  byId("upstream-address").textContent = settings.upstream;

  byId("users").append(...settings.users.map(user => {
    const choice = button(user.name, () => signIn(user));
    choice.dataset.user = user.id;
    choice.setAttribute("aria-pressed", "false");
    return choice;
  }));
  byId("bind").addEventListener("change", () => state.user && signIn(state.user));
  byId("calls").append(
    call("Register a run", () => send({ ...registerRun(), ...held() })),
    call("Log an event", () => send({ ...logEvent(state.traceId), ...held() })),
    call("Check an action", () => send({ ...checkAction(state.traceId, { tool: "look_up_order", order: 1042 }), ...held() })),
    call("Check a risky action", () => send({ ...checkAction(state.traceId, { tool: "delete_orders", all: true }), ...held() })),
  );
  byId("refusals").append(...groups.map(refusalGroup));
  byId("faults").append(...faults.map(f => call(f.name, () => faultyEvent(f.order), f.name, "chip")));
  byId("key-acts").append(
    call("Revoke it", () => actOnKey("revoke-key"), "Key revoked", "chip"),
    call("Put in a new one", () => actOnKey("replace-key"), "New key", "chip"),
  );
  showKey({ key_fingerprint: settings.key_fingerprint, key_revoked: false });
  showTraffic(showKey, fail);
  refresh();
}

async function signIn(user) {
  try {
    state.token = await fetchToken(user.id, "good", byId("bind").checked ? await makeKey() : null);
    state.user = user;
    for (const choice of byId("users").children)
      choice.setAttribute("aria-pressed", String(choice.dataset.user === user.id));
    byId("failure").hidden = true;
  } catch (error) {
    fail(error);
  }
  refresh();
}

/** What goes with a call: the token, and its key where it has one. */
function held() {
  return { token: state.token.text, key: state.token.key };
}

function call(name, act, label = name, className = "call") {
  const made = button(name, () => run(label, act), className);
  made.dataset.needs = "token";
  return made;
}

function refusalGroup(group) {
  const chips = group.refusals.map(r =>
    call(r.name, () => r.act({ ...held(), user: state.user.id, progress: showAsking }), r.name, "chip"));
  const box = node("div", { className: "chips" }, chips);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", group.name);
  return node("div", {}, [node("h4", {}, group.name), box]);
}

async function run(label, act) {
  if (state.busy || !state.token) return;
  state.busy = true;
  refresh();
  showAsking();
  try {
    const exchange = { ...await act(), label };
    exchange.verdict = judge(exchange);
    rememberRun(exchange);
    state.history = [exchange, ...state.history].slice(0, kept);
    show(exchange);
    byId("failure").hidden = true;
  } catch (error) {
    fail(error);
    if (state.shown) show(state.shown);
  }
  state.busy = false;
  refresh();
}

function rememberRun(exchange) {
  if (exchange.request.path !== "/v1/register-agent-run" || exchange.answer?.status !== 200) return;
  state.traceId = JSON.parse(exchange.answer.body).trace_id;
}

async function faultyEvent(order) {
  await operate(order);
  return send({ ...logEvent(state.traceId), ...held() });
}

async function actOnKey(act) {
  showKey(await operate(act));
  return send({ ...logEvent(state.traceId), ...held() });
}

function showKey(key) {
  byId("key-fingerprint").textContent = key.key_fingerprint;
  byId("key-state").textContent = key.key_revoked ? "revoked at Fabraix" : "in use; only its fingerprint is ever shown";
  byId("key-fingerprint").dataset.state = key.key_revoked ? "refused" : "";
}

function show(exchange) {
  state.shown = exchange;
  showSteps(exchange);
  showSeen(exchange);
  showExchange(exchange);
  showHistory(state.history, exchange, show);
}

function refresh() {
  showToken(state.token, state.user);
  for (const made of document.querySelectorAll("[data-needs=token]"))
    made.setAttribute("aria-disabled", String(state.busy || !state.token));
  byId("calls-hint").textContent = !state.token ? "Sign in first."
    : state.traceId ? `Run ${state.traceId.slice(0, 8)}… is registered.`
    : "Register a run, then log to it.";
  if (state.shown) return;
  showSteps(null);
  showSeen(null);
  showExchange(null);
  showHistory([], null, show);
}

function fail(error) {
  const box = byId("failure");
  box.textContent = `${error.message} Is the sandbox still running?`;
  box.hidden = false;
}
