// The upstream's column: what arrived, told by the stand-in, with the key masked.

import { byId, node, spoken } from "./dom.js";

export function showSeen(exchange) {
  const box = byId("seen");
  if (!exchange) {
    box.replaceChildren(node("p", { className: "empty" }, "Nothing yet."));
    return;
  }

  const { requests } = exchange.seen;
  if (requests.length === 0) {
    box.replaceChildren(
      node("p", { className: "nothing" }, "Nothing arrived."),
      node("p", { className: "hint" }, "Refused before the key was touched."));
    return;
  }

  const last = requests.at(-1);
  const has = name => last.headers.some(h => h.name.toLowerCase() === name);
  box.replaceChildren(
    ...(requests.length > 1 ? [node("p", { className: "hint" },
      `Asked ${requests.length} times: the first key was refused, so the proxy read its secret again.`)] : []),
    node("ul", { className: "facts" }, [
      fact("The key", has("x-api-key"), true),
      fact("The user's token", has("authorization"), false),
      fact("Cookies", has("cookie"), false),
      fact("The page's origin", has("origin") || has("referer"), false),
    ]),
    node("p", { className: "request-line" }, [
      node("strong", {}, last.method), ` ${last.path}`, node("span", { className: "status" }, last.status ? ` ${last.status}` : "")]),
    headers(last.headers),
    body(last.body),
  );
}

function fact(name, present, wanted) {
  const item = node("li", {}, [
    node("span", { className: "sign", ariaHidden: "true" }),
    node("span", {}, name),
    node("span", { className: "fact-state" }, present ? "arrived" : "stayed out"),
    spoken(present === wanted ? ", as it should be" : ", which must not be"),
  ]);
  item.dataset.state = present === wanted ? "passed" : "refused";
  return item;
}

export function headers(list) {
  return node("dl", { className: "headers" }, list.flatMap(({ name, value }) => {
    const key = name.toLowerCase() === "x-api-key";
    return [
      node("dt", { className: key ? "secret" : "" }, name.toLowerCase()),
      node("dd", { className: key ? "secret" : "" }, value)];
  }));
}

export function body(text) {
  return node("pre", { className: "body", tabIndex: 0 }, pretty(text));
}

function pretty(text) {
  if (!text) return "no body";
  const shown = text.length > 1500 ? `${text.slice(0, 600)}…` : text;
  try {
    return text.length > 1500 ? `${shown}\n(${text.length.toLocaleString("en")} bytes)` : JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return shown;
  }
}
