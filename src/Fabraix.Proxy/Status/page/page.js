// Asks for the report, and shows it; when there is none, says so and keeps the last one in sight.

import { chart } from "./chart.js";
import { el, empty, fact, list, put, state, table } from "./parts.js";
import { ago, bytes, clock, count, full, many, span } from "./words.js";

const every = 5_000;
const longest = 4_000;
const verdicts = { ready: ["good", "Ready"], degraded: ["warn", "Degraded, and serving"], "not ready": ["bad", "Not ready"] };

const main = document.getElementById("main");
const failure = document.getElementById("failure");
let last = null;
let timer = 0;

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch("/status.json", { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(longest) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch {
    lose();
  }
  if (!document.hidden) timer = setTimeout(ask, every);
}

document.addEventListener("visibilitychange", () => document.hidden ? clearTimeout(timer) : ask());

function show(report) {
  last = new Date(report.now);
  const [kind, text] = verdicts[report.status];
  judge(kind, text);
  failure.hidden = true;
  main.classList.remove("old");
  main.setAttribute("aria-busy", "false");
  document.title = `${text} · Fabraix.Proxy`;
  put("build", `${report.build.version} · ${report.build.commit.slice(0, 12)}`);
  put("note", `Running for ${span(since(report, report.startedAt))} on ${report.build.runtime}. As of `, el("time", { datetime: report.now }, full(last)), ".");
  put("degraded", report.degraded.map(problem => el("li", {}, problem)));
  document.getElementById("degraded").hidden = report.degraded.length === 0;
  put("now", tiles(report));
  put("quotas", quotas(report));
  put("refusals", refusals(report));
  put("keys", report.keys.map(key => keyCard(report, key)));
  put("issuers", report.issuers.map(issuerCard));
  put("routes", routes(report.routes));
  put("settings", settings(report.settings));
}

function lose() {
  judge("bad", "No answer");
  document.title = "No answer · Fabraix.Proxy";
  failure.hidden = false;
  const said = last ? `The proxy does not answer. What stands here is of ${full(last)}.` : "The proxy does not answer. It is asked again every 5 seconds.";
  if (failure.textContent !== said) failure.textContent = said;
  main.classList.toggle("old", last !== null);
}

function judge(kind, text) {
  document.getElementById("verdict").dataset.state = kind;
  const place = document.getElementById("verdict-text");
  if (place.textContent !== text) place.textContent = text;
}

const since = (report, then) => Math.max(0, (new Date(report.now) - new Date(then)) / 1000);

const when = (report, then) => then === null ? "never" : el("time", { datetime: then, title: full(new Date(then)) }, ago(since(report, then)));

const inUse = (report, then) => el("time", { datetime: then, title: full(new Date(then)) }, `in use for ${span(Math.floor(since(report, then)))}`);

const tile = (name, value, more) => el("div", {}, el("dt", {}, name), el("dd", {}, el("span", { class: "value" }, value), el("span", { class: "muted" }, more)));

function tiles({ requests, upstream, store, configuration, ...report }) {
  const up = upstream.circuit === "closed";
  const shared = store.kind === "redis";
  return [
    tile("In flight", count(requests.inFlight), `of ${count(requests.mostInFlight)}`),
    tile("Forwarded", count(requests.forwarded), "in the last hour"),
    tile("Refused", count(requests.refused), "in the last hour"),
    tile("Upstream", state(up ? "good" : "bad", up ? "answers" : `circuit ${upstream.circuit}`), upstream.address.replace("https://", "")),
    tile("Store", shared ? state(store.up ? "good" : "bad", store.up ? "Redis" : "Redis is away") : "memory", shared ? `${many(store.replicas, "replica")} seen` : "this replica alone"),
    tile("Configuration", configuration.refused ? state("bad", "refused change") : state("good", "accepted"), inUse(report, configuration.acceptedAt)),
  ];
}

function quotas(report) {
  const groups = Map.groupBy(report.quotas, quota => quota.of);
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([name, windows]) => el("article", {}, el("h3", { class: "mono" }, name), windows.map(quota => chart(quota, last))));
}

function refusals(report) {
  if (report.refusals.length === 0) return empty(`Nothing was refused since ${clock(new Date(report.startedAt))}.`);
  const columns = [{ name: "Code", mono: true }, { name: "Last hour", number: true }, { name: "Last" }, { name: "Last rule" }];
  return table("Refusals", columns, report.refusals.map(({ code, lastHour, lastAt, rule }) => [code, count(lastHour), when(report, lastAt), rule ?? ""]));
}

const versionStates = { active: "good", candidate: "asking", draining: "asking", dropped: "bad" };

function keyCard(report, key) {
  const columns = [{ name: "Version", mono: true }, { name: "State" }, { name: "Known since" }, { name: "Last used" }];
  const rows = key.versions.map(version => [version.label.split("/").flatMap((part, i) => i === 0 ? [part] : [el("wbr"), `/${part}`]), state(versionStates[version.state], version.state), when(report, version.since), when(report, version.lastUsed)]);
  return el("article", {},
    el("h3", {}, el("span", { class: "mono" }, key.name), state(!key.usable ? "bad" : key.problem ? "warn" : "good", key.usable ? "usable" : "not usable")),
    el("p", { class: "muted" }, `From ${key.store}, asked every ${span(key.refreshSeconds)}; last good answer ${key.readSecondsAgo === null ? "never" : ago(key.readSecondsAgo)}.`),
    key.problem ? el("p", { class: "problem" }, key.problem) : null,
    rows.length > 0 ? table(`Versions of ${key.name}`, columns, rows) : empty("No value was read yet."));
}

function issuerCard(issuer) {
  const columns = [{ name: "Signing key", mono: true }, { name: "Algorithm", mono: true }];
  const from = issuer.source === "mint" ? "Keys of the proxy's own mint." : `Keys from ${issuer.source}; last good answer ${issuer.fetchedSecondsAgo === null ? "never" : ago(issuer.fetchedSecondsAgo)}.`;
  return el("article", {},
    el("h3", {}, el("span", { class: "mono" }, issuer.name), state(issuer.keys.length === 0 ? "bad" : issuer.problem ? "warn" : "good", many(issuer.keys.length, "key"))),
    el("p", { class: "muted" }, from),
    issuer.problem ? el("p", { class: "problem" }, issuer.problem) : null,
    el("dl", { class: "facts" }, fact("Issuer", issuer.issuer), fact("Audiences", list(issuer.audiences)), fact("Algorithms", list(issuer.algorithms)), fact("DPoP", issuer.dpop)),
    issuer.keys.length > 0 ? table(`Signing keys of ${issuer.name}`, columns, issuer.keys.map(key => [key.keyId, key.algorithm])) : empty("No signing keys: every token of this issuer is answered with 503."));
}

function routes(rules) {
  const columns = [{ name: "Route", mono: true }, { name: "Operation", mono: true }, { name: "Scopes", mono: true }, { name: "Key", mono: true }, { name: "Body", number: true }, { name: "Own limit" }];
  return table("Routes", columns, rules.map(rule => [rule.name, `${rule.method} ${rule.path}`, rule.scopes.join(" "), rule.key, bytes(rule.maxBytes), ownLimit(rule)]));
}

function ownLimit({ reserve, perMinute, perHour }) {
  const parts = [perMinute && `${count(perMinute)} a minute`, perHour && `${count(perHour)} an hour`, reserve && `${reserve} % reserved`];
  return parts.filter(part => part).join(", ") || "none";
}

const windows = all => list(all.map(({ quota, seconds }) => `${count(quota)} in ${span(seconds)}`));

const settings = set => [
  fact("Origins", list(set.origins)),
  fact("Requests without an origin", set.requireOrigin ? "refused" : "accepted"),
  fact("Hosts", set.allowedHosts.length > 0 ? list(set.allowedHosts) : "any"),
  fact("Trusted proxies", list(set.trustedProxies)),
  fact("Limit per user", windows(set.perUser)),
  fact("Limit per address", windows(set.perAddress)),
  fact("In flight per user", count(set.inFlightPerUser)),
  fact("Longest token", `${span(set.tokenLifetimeSeconds)}, clocks may differ by ${span(set.clockSkewSeconds)}`),
  fact("Upstream's time", `${span(set.connectSeconds)} to connect, ${span(set.answerSeconds)} to answer`),
  fact("Stop", `${span(set.drainDelaySeconds)} of draining, ${span(set.graceSeconds)} of grace`),
  fact("Hosts of this listener", set.managementHosts.length > 0 ? list(set.managementHosts) : "its default"),
];

ask();
